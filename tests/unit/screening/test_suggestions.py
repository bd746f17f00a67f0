"""What screening proposes instead of an identifier: a case must stay readable after Tab."""

import pytest

from wardroom.screening import apply, scan
from wardroom.screening.ages import band


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Found by her mother Mrs Alder at 23:40.", "Found by her mother at T0."),
        ("Her sons Ahmed and Youssef came.", "Her sons came."),
        ("I saw Jennifer Halloway again.", "I saw the patient again."),
        ("Works at the Kestrel Foods plant.", "Works at the public place."),
        ("Ingresa en cama 23.", "Ingresa en la cama."),
        ("Retired mayor of Dunmore.", "[detail left out]."),
        ("Staying at Hotel Marisol.", "Staying at a public place."),
        ("Mr. Quill is pulseless.", "The patient is pulseless."),
        ("Then Mr. Quill arrested.", "Then the patient arrested."),
        ("Wife Ottoline is here.", "Wife is here."),
        ("Seen by Dr Varga.", "Seen by the doctor."),
        ("Notes handed over by P. Lindqvist RN.", "Notes handed over by a colleague RN."),
        ("Pt Quintero, Lucía came back.", "Pt came back."),
        ("La Sra. Montoya refiere dolor.", "La paciente refiere dolor."),
        ("A 92-year-old woman.", "A 90+ year-old woman."),
        ("A 45-year-old man.", "A 45-64-year-old man."),
        ("34F TCA OD", "30-44 F TCA OD"),
        ("He turned 102 in hospital.", "He turned 90+ in hospital."),
        ("3-week-old with fever", "neonate with fever"),
        ("8-month-old with croup", "infant with croup"),
        ("18-month-old with croup", "1-4-year-old with croup"),
        ("femme de 72 ans", "femme de 65-74 ans"),
        ("Admitted 2024-03-01, CT 2024-03-04.", "Admitted Day 0, CT Day 3."),
        ("CT 3 March 2024, seen 28 Feb 2024.", "CT Day 0, seen Day -4."),
        ("Seen 03/28/2024, fell 03/26/2024.", "Seen Day 0, fell Day -2."),
        ("Seen 2024-03-01, stent 2019-05-02.", "Seen Day 0, stent 2019."),
        ("DOB 1952-08-04, fell 2024-03-01.", "DOB [age band], fell Day 0."),
        ("Seen 2024-03-01, stent 2023-10-02.", "Seen Day 0, stent 5 months earlier."),
        ("Born 4.8.1952, fell 12. April, seen 5 mars 2023.", "Born [age band], fell Day 0, seen Day -38."),
        ("Fell 30 December, seen 2 January.", "Fell Day 0, seen Day 3."),
        ("DOB 3/4/1931. Seen 2024-03-05T10:00.", "DOB [age band]. Seen Day 0."),
        ("97 y. Lives alone.", "90+ y. Lives alone."),
        ("Stent June 2019.", "Stent 2019."),
        ("Found 23:40, asystole 00:05, seen 23:10.", "Found T0, asystole T+25 min, seen T-30 min."),
        ("Call 0161 496 0482.", "Call [phone]."),
        ("Mail t.vale@example.org.", "Mail [email]."),
        ("MRN 4482913.", "MRN [number]."),
        ("Lives at 12 Alder Street, Dunmallet DD8 2QP.", "Lives at [address]."),
        ("Moved to bay 4.", "Moved to the bay."),
        ("See https://example.org/x.", "See [link]."),
    ],
)
def test_suggestions_read_well(text: str, expected: str) -> None:
    """Names become roles, ages bands, dates days from the first one, times minutes from the first one."""
    assert apply(text, scan(text)) == expected


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        (0, "infant"), (1, "1-4"), (4, "1-4"), (5, "5-11"), (11, "5-11"), (12, "12-15"), (15, "12-15"), (16, "16-29"), (29, "16-29"),
        (30, "30-44"), (44, "30-44"), (45, "45-64"), (64, "45-64"), (65, "65-74"), (74, "65-74"), (75, "75-89"), (89, "75-89"),
        (90, "90+"), (129, "90+"),
    ],
)  # fmt: skip
def test_bands(years: int, expected: str) -> None:
    """The bands are those of the clinical record."""
    assert band(years) == expected


def test_ninety_blocks_and_eighty_nine_asks() -> None:
    """An age identifies from ninety on; below, the author decides."""
    assert [one.action for one in scan("An 89-year-old.")] == ["warn"]
    assert [one.action for one in scan("A 90-year-old.")] == ["block"]
