"""The admin app of Django with the site of this project."""

from django.contrib.admin.apps import AdminConfig


class AlsepAdminConfig(AdminConfig):
    """`django.contrib.admin` whose default site is `AlsepAdminSite`."""

    default_site = "alsep.admin_site.AlsepAdminSite"
