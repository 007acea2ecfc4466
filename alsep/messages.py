"""Messages of Django that our Kazakh catalogue translates.

Inspectors and staff see them, and the Kazakh catalogue of Django lacks them or uses other words
than ours. Nothing here is called. `makemessages` finds the messages in this module, so that the
catalogue of the project keeps them and takes precedence over Django's. The msgids are English
because Django asks for them in English. The Russian is Django's own.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

FORMS = (
    _("Enter a whole number."),
    _("Enter a valid value."),
    _("Enter a valid integer."),
    _("Ensure this value is greater than or equal to %(limit_value)s."),
    _("Ensure this value is less than or equal to %(limit_value)s."),
    _("Select a valid choice. %(value)s is not one of the available choices."),
    _("Select a valid choice. That choice is not one of the available choices."),
    _("%(model_name)s with this %(field_label)s already exists."),
    _("%(model_name)s with this %(field_labels)s already exists."),
    _("This field cannot be null."),
    _("This field cannot be blank."),
    _("Null characters are not allowed."),
    _("(Hidden field %(name)s) %(error)s"),
    _("Enter a valid email address."),
)
COUNTED = (
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
    ngettext_lazy(
        "Ensure this value has at least %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at least %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
        "min_length",
    ),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
        "min_length",
    ),
)
PASSWORDS = (
    _("The two password fields didn’t match."),
    _("Your old password was entered incorrectly. Please enter it again."),
    _("The password is too similar to the %(verbose_name)s."),
    _("This password is too common."),
    _("This password is entirely numeric."),
    _("Your password can’t be too similar to your other personal information."),
    _("Your password can’t be a commonly used password."),
    _("Your password can’t be entirely numeric."),
    _("username"),
    _("password"),
    _("email address"),
)
# Of the admin.
ADMIN = (
    _("%(name)s with ID “%(key)s” doesn’t exist. Perhaps it was deleted?"),
    _("Add another %(model)s"),
    _("Add link"),
    _("Added {name} “{object}”."),
    _("Added “%(object)s”."),
    _("Added."),
    _("Added:"),
    _("Addition"),
    _("After you’ve created a user, you’ll be able to edit more user options."),
    _("Breadcrumbs"),
    _("Change or view list link"),
    _("Change selected %(model)s"),
    _("Change:"),
    _("Changed {fields} for {name} “{object}”."),
    _("Changed {fields}."),
    _("Changed “%(object)s” — %(changes)s"),
    _("Changed:"),
    _("Clear all filters"),
    _("Close"),
    _("Currently:"),
    _("Delete selected %(model)s"),
    _("Deleted {name} “{object}”."),
    _("Deleted “%(object)s.”"),
    _("Deleted:"),
    _("Deletion"),
    _("Disable password-based authentication"),
    _("Enable password-based authentication"),
    _("Error:"),
    _("Filter navigation items"),
    _("Hide counts"),
    _("Hold down “Control”, or “Command” on a Mac, to select more than one."),
    _("Model name"),
    _("Models in the %(name)s application"),
    _("My actions"),
    _("No, take me back"),
    ngettext_lazy(
        "Please correct the error below.",
        "Please correct the errors below.",
        "count",
    ),
    _("Popup closing…"),
    _("Recent actions"),
    _("Remove from sorting"),
    _("Save and view"),
    _("Select all objects on this page for an action"),
    _("Select this object for an action - {}"),
    _("Set password"),
    _("%(app)s administration"),
    _("Administration"),
    _("Select %s to view"),
    _("View site"),
    _("Empty"),
    _("Not empty"),
    _("0 of %(cnt)s selected"),
    ngettext_lazy(
        "%(total_count)s selected",
        "All %(total_count)s selected",
        "total_count",
    ),
    _("%(name)s object with primary key %(key)r does not exist."),
    _("Show counts"),
    _("Sidebar"),
    _("Skip to main content"),
    _("Sorting priority: %(priority_number)s"),
    _("Start typing to filter…"),
    _("Summary"),
    _("Objects"),
    _("The %(name)s “%(obj)s” was deleted successfully."),
    _("The {name} “{obj}” was added successfully."),
    _("The {name} “{obj}” was added successfully. You may add another {name} below."),
    _("The {name} “{obj}” was changed successfully."),
    _("The {name} “{obj}” was changed successfully. You may add another {name} below."),
    _("The {name} “{obj}” was changed successfully. You may edit it again below."),
    _("This object doesn’t have a change history. It probably wasn’t added via this admin site."),
    _("Toggle navigation"),
    _("Toggle sorting"),
    _("View"),
    _("View %s"),
    _("View selected %(model)s"),
    _("Yes, I’m sure"),
    _("You don’t have permission to view or edit anything."),
    _("You may edit it again below."),
    _("Authentication and Authorization"),
    _("Conflicting form data submitted. Please try again."),
    _("Disabled"),
    _("Enabled"),
    _("Enable password-based authentication for this user by setting a password."),
    _(
        "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ "
        "characters."
    ),
    _("Enter the same password as before, for verification."),
    _("Invalid password format or unknown hashing algorithm."),
    _("No password set."),
    _("Password change"),
    _("Password-based authentication"),
    _("Password-based authentication was disabled."),
    _("Raw passwords are not stored, so there is no way to see the user’s password."),
    _("Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only."),
    _("Reset password"),
    _("Set password: %s"),
    _("Specific permissions for this user."),
    _(
        "The groups this user belongs to. A user will get all permissions granted to each of "
        "their groups."
    ),
    _(
        "Whether the user will be able to authenticate using a password or not. If disabled, "
        "they may still be able to authenticate using other backends, such as Single Sign-On "
        "or LDAP."
    ),
    _("algorithm"),
    _("hash"),
    _("iterations"),
    _("salt"),
)
