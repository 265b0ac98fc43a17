"""Tables of every type as pyarrow 25 writes them, and their values as Strata's readers give them (values.json).

Run: python3 tests/goldens/tables/make_tables.py
"""

import datetime
import decimal
import json
import pathlib

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.ipc as ipc
import pyarrow.parquet as parquet

FOLDER = pathlib.Path(__file__).parent
ROWS = range(40)
START = datetime.datetime(2020, 1, 1, 12, 30, 15, 123456)

times = [START + datetime.timedelta(hours=at) for at in ROWS]
stamps = [time.isoformat(timespec="milliseconds") + "Z" for time in times]
# Name, values as pyarrow is given them, type, and the columns that come of them.
COLUMNS = [
    ("large", [2**53 + at for at in ROWS], pa.int64(), {"large": [str(2**53 + at) for at in ROWS]}),
    ("unsigned", [2**63 + at for at in ROWS], pa.uint64(), {"unsigned": [str(2**63 + at) for at in ROWS]}),
    ("gaps", [None if at % 7 == 0 else at / 3 for at in ROWS], pa.float64(), None),
    ("half", [at / 4 for at in ROWS], pa.float16(), None),
    ("price", [decimal.Decimal(-at) / 100 for at in ROWS], pa.decimal128(30, 2), {"price": [-at / 100 for at in ROWS]}),
    ("wild", [at % 3 == 0 for at in ROWS], pa.bool_(), {"wild": [str(at % 3 == 0).lower() for at in ROWS]}),
    ("kind", [["red", "green", "blau\U0001f600"][at % 3] for at in ROWS], pa.dictionary(pa.int8(), pa.string()), None),
    ("day", [time.date() for time in times], pa.date32(), {"day": [f"{time.date()}T00:00:00.000Z" for time in times]}),
    ("time", times, pa.timestamp("us"), {"time": stamps}),
    ("zoned", [time.replace(tzinfo=datetime.timezone.utc) for time in times], pa.timestamp("ns", "Europe/Berlin"), {"zoned": stamps}),
    ("code", [bytes([at, 255]) for at in ROWS], pa.binary(), {"code": [None for _ in ROWS]}),
    ("plain", [b"w%d" % (at % 5) for at in ROWS], pa.binary(), {"plain": ["w%d" % (at % 5) for at in ROWS]}),
    ("word", [b"w%d" % (at % 4) for at in ROWS], pa.binary(2), {"word": ["w%d" % (at % 4) for at in ROWS]}),
    (
        "size",
        [{"w": at, "at": {"x": f"s{at % 4}"}} if at else None for at in ROWS],
        pa.struct([("w", pa.int32()), ("at", pa.struct([("x", pa.string())]))]),
        {"size.w": [at or None for at in ROWS], "size.at.x": [f"s{at % 4}" if at else None for at in ROWS]},
    ),
    ("list", [[at / 2, at * 2] for at in ROWS], pa.list_(pa.float32()), {"list.0": [at / 2 for at in ROWS], "list.1": [at * 2 for at in ROWS]}),
    ("map", [[("k", at), ("m", 2)] for at in ROWS], pa.map_(pa.string(), pa.int64()), {"map.k": list(ROWS), "map.m": [2 for _ in ROWS]}),
    ("__proto__", list(ROWS), pa.int32(), None),
    ("", list(ROWS), pa.int32(), {"column 18": list(ROWS)}),
]

table = pa.table([pa.array(values, kind) for _, values, kind, _ in COLUMNS], names=[name for name, *_ in COLUMNS])
values = {}
for name, given, _, columns in COLUMNS:
    values.update(columns or {name: given})
(FOLDER / "values.json").write_text(json.dumps(list(values.items()), separators=(",", ":")) + "\n")

feather.write_feather(table, str(FOLDER / "lz4.feather"), compression="lz4")
with ipc.new_stream(FOLDER / "zstd.arrow", table.schema, options=ipc.IpcWriteOptions(compression="zstd")) as stream:
    stream.write_table(table, max_chunksize=16)
for compression in ("zstd", "gzip", "brotli", "lz4", "snappy"):
    parquet.write_table(table, FOLDER / f"{compression}.parquet", compression=compression, row_group_size=16)
