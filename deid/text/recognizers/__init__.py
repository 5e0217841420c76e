"""One file for each identifier. To add one: a file with its class, its name here, and a table in tests/deid/text/recognizers."""

from deid.text.recognizers.address_en import EnglishAddress
from deid.text.recognizers.address_zh import ChineseAddress
from deid.text.recognizers.age import Age
from deid.text.recognizers.bank_card import BankCard
from deid.text.recognizers.base import Recognizer
from deid.text.recognizers.dates import Dates
from deid.text.recognizers.device import Device
from deid.text.recognizers.email import Email
from deid.text.recognizers.hospital import Hospital
from deid.text.recognizers.hospital_number import HospitalNumber
from deid.text.recognizers.ip import Ip
from deid.text.recognizers.licence_plate import LicencePlate
from deid.text.recognizers.messenger import Messenger
from deid.text.recognizers.name_en import EnglishName
from deid.text.recognizers.name_list_en import EnglishNameList
from deid.text.recognizers.name_zh import ChineseName
from deid.text.recognizers.phone import Phone
from deid.text.recognizers.resident_id import ResidentId
from deid.text.recognizers.travel_document import TravelDocument
from deid.text.recognizers.url import Url

RECOGNIZERS: tuple[type[Recognizer], ...] = (
    Age,
    BankCard,
    ChineseAddress,
    ChineseName,
    Dates,
    Device,
    Email,
    EnglishAddress,
    EnglishName,
    EnglishNameList,
    Hospital,
    HospitalNumber,
    Ip,
    LicencePlate,
    Messenger,
    Phone,
    ResidentId,
    TravelDocument,
    Url,
)
