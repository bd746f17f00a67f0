"""What a form says: chosen before typed before inferred, nothing lost, nothing of a version before dropped in silence."""

from wardroom.domain.events import Diagnosis, Record, VitalSet
from wardroom.domain.quick.form import fields_of, said_by

WHOLE = Record(
    age_band="30-44", sex="F", acuity="ESI 2", urgency="shift", setting="rural ED", complaint="overdose", pregnant=True,
    gestation_weeks=28, exam="dry\nflushed", investigations="QRS 148", management="bicarbonate", resources="no ICU",
    vitals=(VitalSet(hr=128, ph=7.213), VitalSet(t=25, hr=118)), differential=(Diagnosis("TCA, or another", 90),),
)  # fmt: skip


def test_a_record_comes_back_from_its_fields() -> None:
    """The fields of a version say that version again, to the last digit."""
    said = said_by(fields_of(WHOLE), WHOLE)
    assert said.record == WHOLE
    assert (said.asked, said.refused, said.unusual, said.rest) == ((), (), (), "")


def test_a_field_that_is_not_shown_stays() -> None:
    """A form of vital signs alone changes nothing else."""
    said = said_by({"vitals": "T+60 HR 96"}, WHOLE)
    assert said.record.exam == WHOLE.exam
    assert said.record.vitals == (VitalSet(t=60, hr=96),)


def test_what_was_chosen_goes_before_the_line() -> None:
    """The line fills what is empty; a second complaint is kept as words."""
    said = said_by({"quick": "58F syncope CTAS 2", "age_band": "65-74", "complaint": "collapse"})
    assert (said.record.age_band, said.record.sex, said.record.acuity) == ("65-74", "F", "CTAS 2")
    assert (said.record.complaint, said.rest) == ("collapse", "syncope")


def test_a_second_set_at_zero_is_asked_about() -> None:
    """Two values at one time are told, and both places are one set."""
    said = said_by({"quick": "HR 120 BP 90/50", "vitals": "HR 80 RR 20"})
    assert len(said.record.vitals) == 1
    assert any("two places" in asked for asked in said.asked)


def test_pregnancy_is_weeks_or_a_word() -> None:
    """Weeks say pregnant; what is neither is refused at its field."""
    assert said_by({"pregnancy": "28+3"}).record.gestation_weeks == 28
    assert said_by({"pregnancy": "28/40"}).record.pregnant is True
    assert said_by({"pregnancy": "no", "quick": "32F 28/40 bleed"}).record.gestation_weeks is None
    assert said_by({"pregnancy": "perhaps"}).refused[0][0] == "pregnancy"
    assert said_by({"pregnancy": "60"}).refused[0][0] == "pregnancy"


def test_a_differential_is_read_or_refused() -> None:
    """Certainties stand behind their diagnoses; more than a hundred percent is refused at the field."""
    assert said_by({"differential": "PE 60%, ACS (30 %); flu"}).record.differential == (
        Diagnosis("PE", 60), Diagnosis("ACS", 30), Diagnosis("flu"),
    )  # fmt: skip
    assert said_by({"differential": "PE 160%"}).refused[0][0] == "differential"


def test_only_what_is_new_is_unusual() -> None:
    """A value that was asked about in the version before is not asked about again."""
    before = Record(age_band="45-64", vitals=(VitalSet(hr=30),))
    assert said_by(fields_of(before), before).unusual == ()
    assert said_by({**fields_of(before), "vitals": "HR 30; T+5 HR 200"}, before).unusual == ("HR 200 /min",)
