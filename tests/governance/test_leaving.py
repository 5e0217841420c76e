"""For whom rows may leave the research zone."""

import pytest
from test_rights import NOW, Place, institution

from core.institution import DataUse
from governance.contract import ContractError, load_contract
from governance.events import DataDownloaded
from governance.leaving import as_view
from transforms.gold import views

CONTRACTS = {name: load_contract(views()[name].contract_file) for name in ("adsl", "adae", "dm")}


def test_a_grant_has_to_name_the_table_and_all_whose_data_it_is_have_to_have_signed(tmp_path):
    place = Place(tmp_path)
    view = as_view(CONTRACTS["adsl"], ["hospital_a"])
    assert view.grade == "L3"
    assert "AGE" not in view.columns
    question = (view, sorted(view.columns))
    granted = place.granted(views=("adsl",), purpose="trial_conduct")
    uses = {
        i: institution(i, DataUse(purpose="trial_conduct", grade="L3", countries=("CN",)))
        for i in ("hospital_a", "hospital_b")
    }
    granted.institutions |= uses
    assert granted.rights.check("g1", *question, now=NOW).is_allowed
    assert granted.check(sorted(view.columns), as_view(CONTRACTS["adae"], ["hospital_a"])) == "view_not_granted"
    both = as_view(CONTRACTS["adsl"], ["hospital_a", "hospital_b"])
    assert granted.check(sorted(both.columns), both) == "source_not_agreed"
    out = DataDownloaded(grant="g1", view="adsl", version=1, columns=("USUBJID", "SEX"), rows=60, files=1, bytes=9)
    assert [granted.rights.use(out, view, now=NOW).reason for _ in range(2)] == [None, "too_many_rows"]
    with pytest.raises(ContractError, match="may_leave"):
        as_view(CONTRACTS["dm"], ["hospital_a"])
