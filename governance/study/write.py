"""Dataset files: Parquet, CSV, SAS transport (XPT version 5) and CDISC Dataset-JSON 1.1.

Source: SAS, "Record layout of a SAS version 5 or 6 data set in SAS transport format" (TS-140): names of 8 characters,
labels of 40, text of 200 bytes; CDISC Dataset-JSON 1.1 specification and its schema.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pyreadstat

from governance.study.dataset import Dataset, DoesNotFit, longest

Format = Literal["parquet", "csv", "xpt", "dataset-json"]
SUFFIX: Mapping[Format, str] = {"parquet": "parquet", "csv": "csv", "xpt": "xpt", "dataset-json": "json"}
_SAS_EPOCH = date(1960, 1, 1)
_NAME, _LABEL, _TEXT = 8, 40, 200
_JSON_TYPE = {
    "string": "string",
    "date": "date",
    "int": "integer",
    "bigint": "integer",
    "double": "double",
    "boolean": "boolean",
}


def write(dataset: Dataset, form: Format, folder: Path, made: datetime) -> Path:
    """The file, whole or not at all; `made` is what it says of its own making. DoesNotFit names what does not."""
    file = folder / f"{dataset.contract.view}.{SUFFIX[form]}"
    partial = file.with_name(f".{file.name}")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        _WRITERS[form](dataset, partial, made)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
    return file


def _parquet(dataset: Dataset, file: Path, made: datetime) -> None:
    labels = {name: {"label": v.label or ""} for name, v in dataset.variables.items()}
    fields = [field.with_metadata(labels[field.name]) for field in dataset.rows.schema]
    pq.write_table(dataset.rows.cast(pa.schema(fields)), file)


def _csv(dataset: Dataset, file: Path, made: datetime) -> None:
    pyarrow.csv.write_csv(dataset.rows, file)


def _xpt(dataset: Dataset, file: Path, made: datetime) -> None:
    _check_fits(dataset)
    frame = dataset.rows.to_pandas(date_as_object=True)
    formats = {}
    for name, variable in dataset.variables.items():
        if variable.type == "string":
            frame[name] = frame[name].fillna("").astype(str)
        elif variable.type == "date":
            frame[name] = [None if v is None else float((v - _SAS_EPOCH).days) for v in frame[name]]
            frame[name] = frame[name].astype("float64")
            formats[name] = "DATE9"
        else:
            frame[name] = frame[name].astype("float64")
    labels: dict[str, str | None] = {name: variable.label or name for name, variable in dataset.variables.items()}
    pyreadstat.write_xport(
        frame, str(file), file_label=dataset.label, column_labels=labels, table_name=dataset.name,
        file_format_version=5, variable_format=formats,
    )  # fmt: skip


def _check_fits(dataset: Dataset) -> None:
    wrong = [
        f"the name {n} has more than {_NAME} characters" for n in (dataset.name, *dataset.variables) if len(n) > _NAME
    ]
    wrong += [
        f"the label of {n} has {len(v.label or '')} characters, {_LABEL} fit"
        for n, v in dataset.variables.items()
        if len(v.label or "") > _LABEL
    ]
    if len(dataset.label) > _LABEL:
        wrong.append(f"the dataset's label has {len(dataset.label)} characters, {_LABEL} fit")
    sizes = {n: longest(dataset.rows, n) for n, v in dataset.variables.items() if v.type == "string"}
    wrong += [f"{n} has a text of {size} bytes, {_TEXT} fit" for n, size in sizes.items() if size > _TEXT]
    if wrong:
        raise DoesNotFit(
            f"{dataset.contract.view}.xpt: SAS transport version 5 cannot hold it: {'; '.join(wrong)}. Use --format dataset-json,"
            " which has no such limits."
        )


def beyond_ascii(dataset: Dataset) -> tuple[str, ...]:
    """The variables with characters beyond ASCII, which a transport file holds as UTF-8 and not every reader reads."""
    texts = [n for n, v in dataset.variables.items() if v.type == "string"]
    return tuple(n for n in texts if any(v and not v.isascii() for v in dataset.rows[n].to_pylist()))


def dataset_json(dataset: Dataset, made: datetime) -> dict[str, Any]:
    """The dataset as Dataset-JSON 1.1: metadata, then rows as lists in the order of the columns."""
    keys = {name: i for i, name in enumerate(dataset.keys, 1)}
    columns = []
    for name, variable in dataset.variables.items():
        kind = _JSON_TYPE[variable.type]
        size: dict[str, Any] = {"length": max(longest(dataset.rows, name), 1)} if kind == "string" else {}
        # Analysts' software keeps days as numbers; in the file they are ISO 8601.
        as_number: dict[str, Any] = {"targetDataType": "integer", "displayFormat": "E8601DA."} if kind == "date" else {}
        place: dict[str, Any] = {"keySequence": keys[name]} if name in keys else {}
        columns.append(
            {"itemOID": f"IT.{dataset.name}.{name}", "name": name, "label": variable.label or name, "dataType": kind}
            | as_number | size | place
        )  # fmt: skip
    at = made.isoformat(timespec="seconds")
    return {
        "datasetJSONCreationDateTime": at,
        "datasetJSONVersion": "1.1.0",
        "fileOID": f"lakehouse.{dataset.study}.{dataset.name}",
        "dbLastModifiedDateTime": at,
        "originator": "clinical cohort lakehouse",
        "sourceSystem": {"name": "clinical cohort lakehouse", "version": "1"},
        "studyOID": dataset.study,
        "metaDataVersionOID": f"MDV.{dataset.study}.{dataset.contract.standard}",
        "metaDataRef": "define.xml",
        "itemGroupOID": f"IG.{dataset.name}",
        "records": dataset.rows.num_rows,
        "name": dataset.name,
        "label": dataset.label,
        "columns": columns,
        "rows": [[_plain(v) for v in row.values()] for row in dataset.rows.to_pylist()],
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _json(dataset: Dataset, file: Path, made: datetime) -> None:
    file.write_text(json.dumps(dataset_json(dataset, made), ensure_ascii=False), encoding="utf-8")


_WRITERS: Mapping[Format, Callable[[Dataset, Path, datetime], None]] = {
    "parquet": _parquet,
    "csv": _csv,
    "xpt": _xpt,
    "dataset-json": _json,
}
