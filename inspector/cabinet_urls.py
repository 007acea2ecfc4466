"""Addresses of the cabinet: the table of registers, and everything under one of them."""

from django.urls import include, path, register_converter

from inspector.converters import SerialConverter
from inspector.views import (
    acts,
    check,
    chosen,
    export,
    filters,
    operations,
    register,
    reports,
    table,
)

register_converter(SerialConverter, "serial")

of_register = [
    path("", register.register_page, name="kkm"),
    path("comment/", register.comment, name="comment"),
    path("z-reports/", register.z_reports, name="z_reports"),
    path("activate/", acts.activate, name="activate"),
    path("deregister/", acts.deregister, name="deregister"),
    path("block/", acts.block, name="block"),
    path("unblock/", acts.unblock, name="unblock"),
    path("check/", check.check, name="check"),
    path("check/<int:number>.pdf", reports.protocol, name="check_pdf"),
    path("export/", export.export, name="export"),
    path("export.zip", export.archive, name="export_zip"),
    path("operations/", operations.operations, name="operations"),
    path("operations/<int:number>/", operations.operation, name="operation"),
    path("operations/<int:number>.pdf", reports.ticket, name="ticket_pdf"),
    path("acts/<int:number>.pdf", reports.act, name="act_pdf"),
    path("reports/", reports.report, name="report"),
    path("reports/<str:kind>.pdf", reports.report_pdf, name="report_pdf"),
]

urlpatterns = [
    path("columns/", table.columns, name="columns"),
    path("filters/", filters.filters, name="filters"),
    path("filters/delete/", filters.delete_filter, name="delete_filter"),
    path("chosen/", chosen.chosen, name="chosen"),
    path("chosen/checks/", chosen.checks, name="chosen_checks"),
    path("chosen/export.zip", chosen.export, name="chosen_export"),
    path("chosen/z.pdf", chosen.z_pdf, name="chosen_z_pdf"),
    path("", table.table, name="cabinet"),
    path("kkm/<serial:serial>/", include(of_register)),
]
