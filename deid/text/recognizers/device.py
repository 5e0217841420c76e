from deid.text.recognizers.base import Recognizer, pattern

_VALUE = r"(?P<value>(?=[-A-Za-z/]{0,10}\d)[A-Za-z0-9](?:[-/.A-Za-z0-9]{2,28})[A-Za-z0-9])"


class Device(Recognizer):
    """Serial numbers and unique identifiers (UDI) of devices and implants; a lot of a drug identifies nobody."""

    ENTITY = "DEVICE"
    NEEDS = r"(?i)serial|s/n|\bsn\b|device|udi|implant|序列号|编号|机号|出厂编?号|设备编?号|器械|机身号|产品编?号|IMEI|\(01\)|1\.2\.\d|2\.25\.|vin\b"
    RULES = (
        pattern("serial", rf"(?i:serial(?: ?(?:number|no\.?|#))?|s/n|\bsn\b|device (?:id|identifier|number|no\.?)|udi(?:-di)?|imei|vin)[\s:#]{{1,3}}(?i:is )?{_VALUE}"),
        pattern("zh", rf"(?:序列号|出厂编?号|设备(?:编号|号)|器械(?:编号|号)|机身号|产品(?:编号|序列号)|起搏器编?号|植入物编?号)\s?[:#]?\s?(?:为|是)?\s?{_VALUE}"),
        pattern("zh machine", rf"(?:机器?|仪器?|设备|呼吸机|监护仪|泵|透析机|起搏器|假体|支架|除颤器|助听器|制氧机)[^,。;\n]{{0,14}}?(?:编号|序列号|机号)\s?[:]?\s?{_VALUE}"),
        pattern("udi", r"(?<![0-9A-Za-z])\(01\)\d{14}(?:\(\d\d\)[-A-Za-z0-9./]{1,20}){0,5}"),
        pattern("dicom uid", r"(?<![\w.])(?:1\.2|1\.3|2\.25)(?:\.\d{1,39}){2,20}(?!\w)"),
    )  # fmt: skip
