"""Facts, their constraints, and the questions that may be asked of them."""

from kkm.models.directory import TakenRegistrationNumber, TakenSerialNumber
from kkm.models.evidence import Audit, SignedHead
from kkm.models.integration import ApiKey, LateOffline, Token
from kkm.models.operation import FiscalOperation
from kkm.models.position import Position
from kkm.models.reference import OFD, Cashier, KKMModel, Section, Taxpayer, VatRate
from kkm.models.register import KKM
from kkm.models.span import Registration, Shift
from kkm.models.z_report import ZReport

FISCAL_MODELS = (FiscalOperation, Position, ZReport, Registration, Shift, SignedHead, Audit)

__all__ = [
    "FISCAL_MODELS",
    "KKM",
    "OFD",
    "ApiKey",
    "Audit",
    "Cashier",
    "FiscalOperation",
    "KKMModel",
    "LateOffline",
    "Position",
    "Registration",
    "Section",
    "Shift",
    "SignedHead",
    "TakenRegistrationNumber",
    "TakenSerialNumber",
    "Taxpayer",
    "Token",
    "VatRate",
    "ZReport",
]
