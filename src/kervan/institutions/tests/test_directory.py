"""How listed names and addresses are written in the directory."""

import pytest

from kervan.institutions.rules.directory import english_name, web_address, written_name


@pytest.mark.parametrize(
    ("listed", "written"),
    [
        ("UNIWERSYTET WARSZAWSKI", "Uniwersytet Warszawski"),
        ("IES LUIS VIVES", "IES Luis Vives"),
        ("I.E.S. LUIS VIVES", "I.E.S. Luis Vives"),
        ("IMEP", "IMEP"),
        ("FACHHOCHSCHULE VORARLBERG GMBH", "Fachhochschule Vorarlberg GmbH"),
        ("HUMBOLDT-UNIVERSITAET ZU BERLIN", "Humboldt-Universitaet zu Berlin"),
        ("UNIVERSITA DEGLI STUDI DI ROMA LA SAPIENZA", "Universita degli Studi di Roma la Sapienza"),
        ("Friedrich-Schiller-Universität Jena", "Friedrich-Schiller-Universität Jena"),
    ],
)
def test_a_name_in_capitals_gets_small_letters(listed: str, written: str) -> None:
    assert written_name(listed) == written


@pytest.mark.parametrize(
    ("listed", "address"),
    [
        ("www.ph-noe.ac.at", "https://www.ph-noe.ac.at"),
        ("http://www.fhv.at", "http://www.fhv.at"),
        ("HTTPS://WWW.Uni.EDU/Start", "https://www.uni.edu/Start"),
        ("03014851@edu.gva.es", ""),
        ("https://name:word@uni.edu", ""),
        ("www. iesadaja.es", ""),
        ("javascript:alert(1)", ""),
        ("ftp://uni.edu", ""),
        ("uni", ""),
        ("", ""),
    ],
)
def test_only_a_web_address_becomes_a_link(listed: str, address: str) -> None:
    assert web_address(listed) == address


def test_an_english_name_is_kept_beside_the_turkish_one() -> None:
    assert english_name("AGRI IBRAHIM CECEN UNIVERSITY") == "Agri Ibrahim Cecen University"
    assert english_name("AKSARAY UNIVERSITESI") == ""
