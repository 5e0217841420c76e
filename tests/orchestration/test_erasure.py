"""What is kept between an erasure that was cut off and its repetition."""

from dagster_project.erase import _added, _keep
from governance.traces import Needles

NEEDLES = Needles("clinic", "p-1-erase", ("110105194912310021",), ("a3f0c2d19b7e4455",))


def test_rows_of_an_attempt_that_was_cut_off_count_too(tmp_path):
    kept = tmp_path / "pending-x.json"
    _keep(kept, NEEDLES.to_json())
    assert _added(kept, {"bronze/resource": 70, "bronze/rejected": 1}) == {"bronze/resource": 70, "bronze/rejected": 1}
    assert _added(kept, {"bronze/resource": 0, "bronze/rejected": 2}) == {"bronze/resource": 70, "bronze/rejected": 3}
    assert Needles.of_json(kept.read_text()) == NEEDLES, "what is looked for stays known"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [kept]
