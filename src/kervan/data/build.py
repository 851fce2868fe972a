"""Make the compact tables in this folder from a folder of the full ones: `python src/kervan/data/build.py FOLDER`.

The same bytes each time. Columns that the product has no use for are left out; identifiers
are brought into the form that is compared; nothing is invented. Where each table comes from stands in README.md.
"""

import csv
import gzip
import io
import json
import re
import sys
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from kervan.core.rules.spreadsheets import clean_text  # noqa: E402 - the source folder is put on the path above
from kervan.core.rules.turkish import search_key, title_case  # noqa: E402
from kervan.institutions.rules.codes import is_schac, repair_code  # noqa: E402
from kervan.institutions.rules.programmes import teaching_language  # noqa: E402

Row = dict[str, str]
CEFR_TR = {"A1": "Giriş", "A2": "Ara", "B1": "Eşik", "B2": "İleri", "C1": "Özerk", "C2": "Ustalık", "NS": "Ana dili"}
ABROAD = {
    "AZERBAYCAN": "AZ",
    "KAZAKİSTAN": "KZ",
    "KIRGIZİSTAN": "KG",
    "ARNAVUTLUK": "AL",
    "MAKEDONYA": "MK",
    "HERSEK": "BA",
}
PROVINCES = """
Adana Adıyaman Afyonkarahisar Ağrı Aksaray Amasya Ankara Antalya Ardahan Artvin Aydın Balıkesir Bartın Batman Bayburt
Bilecik Bingöl Bitlis Bolu Burdur Bursa Çanakkale Çankırı Çorum Denizli Diyarbakır Düzce Edirne Elazığ Erzincan
Erzurum Eskişehir Gaziantep Giresun Gümüşhane Hakkari Hatay Iğdır Isparta İstanbul İzmir Kahramanmaraş Karabük Karaman
Kars Kastamonu Kayseri Kilis Kırıkkale Kırklareli Kırşehir Kocaeli Konya Kütahya Malatya Manisa Mardin Mersin Muğla
Muş Nevşehir Niğde Ordu Osmaniye Rize Sakarya Samsun Şanlıurfa Siirt Sinop Şırnak Sivas Tekirdağ Tokat Trabzon Tunceli
Uşak Van Yalova Yozgat Zonguldak
""".split()


def rows_of(folder: Path, name: str) -> list[Row]:
    with (folder / name).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def write(name: str, columns: Iterable[str], rows: Iterable[Row]) -> None:
    """One table; a name that ends in `.gz` is packed, without a time in it."""
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, list(columns), extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    data = buffer.getvalue().encode()
    (HERE / name).write_bytes(gzip.compress(data, 9, mtime=0) if name.endswith(".gz") else data)


def countries(folder: Path) -> None:
    columns = (
        "iso2 iso3 numeric name_en name_tr eu_code erasmus_code_prefix erasmus_status region_2022_on region_name"
        " region_verified group_2021_2023 group_2024_on"
    )
    write("countries.csv", columns.split(), rows_of(folder, "countries.csv"))


def fields_of_study(folder: Path) -> None:
    rows = [row | {"name_en": row["label_en"], "name_tr": row["label_tr"]} for row in rows_of(folder, "isced-f.csv")]
    write("isced-f.csv", ("code", "level", "parent_code", "name_en", "name_tr"), rows)


def languages(folder: Path) -> None:
    write(
        "languages.csv", ("iso639_1", "iso639_3", "name_en", "name_tr", "eu_official"), rows_of(folder, "languages.csv")
    )


def cefr(folder: Path) -> None:
    rows = [row | {"name_en": row["label_en"], "name_tr": CEFR_TR[row["code"]]} for row in rows_of(folder, "cefr.csv")]
    write("cefr.csv", ("code", "order", "band", "name_en", "name_tr"), rows)


def accredited(folder: Path) -> None:
    columns = "pic code code_raw oid name city country website schac schac_confidence starts ends transitory"
    write("eche-heis.csv.gz", columns.split(), [_accredited(row) for row in rows_of(folder, "eche-heis.csv")])


def _accredited(row: Row) -> Row:
    code = repair_code(row["erasmus_code_raw"], row["country_iso2"]).code
    return row | {
        "code": code,
        "code_raw": "" if row["erasmus_code_raw"] == code else row["erasmus_code_raw"],
        "country": row["country_iso2"],
        "name": clean_text(row["legal_name"]),
        "city": clean_text(row["city"]),
        "schac": row["schac_candidate"] if is_schac(row["schac_candidate"]) else "",
        "starts": row["eche_start"],
        "ends": row["eche_end"],
        "transitory": "yes" if row["proposal_number"].casefold() == "transitory charter" else "",
    }


def turkish_universities(folder: Path) -> None:
    cities = {row["pic"]: row["city"] for row in rows_of(folder, "eche-heis.csv")}
    columns = "key name name_official kind country city code pic oid domain programmes"
    rows = [_turkish_university(row, cities) for row in rows_of(folder, "tr-heis.csv")]
    write("tr-heis.csv", columns.split(), rows)


def _turkish_university(row: Row, cities: dict[str, str]) -> Row:
    place = row["city"].replace(" ", "").split("-")
    abroad = next((ABROAD[part] for part in place if part in ABROAD), "")
    home = "" if row["type"] == "KKTC" else "TR"
    town = place[1] if place[0] == "KKTC" else place[0]
    town = title_case(town) or _province_in(row["university"]) or _province_in(cities.get(row["pic"], ""))
    kinds = {"DEVLET": "state", "VAKIF": "foundation", "VAKIF MYO": "foundation", "KKTC": "northern_cyprus"}
    return row | {
        "key": row["osym_prefixes"],
        "name": title_case(row["university"]),
        "name_official": row["university"],
        "kind": kinds.get(row["type"], "abroad"),
        "country": abroad or home,
        "city": town,
        "code": row["erasmus_code"],
        "programmes": row["programme_count_2025"],
    }


def _province_in(text: str) -> str:
    """The province that a name begins with or holds as a word; the list of accredited institutions writes some in
    plain letters.
    """
    words = search_key(text).split()
    return next((province for word in words for province in PROVINCES if search_key(province) == word), "")


def turkish_programmes(folder: Path) -> None:
    def compact(row: Row) -> Row:
        return row | {
            "code": row["programme_code"],
            "university": row["osym_prefix"],
            "language": teaching_language(row["programme"]),
        }

    columns = ("code", "university", "faculty", "programme", "level", "language")
    write("tr-programmes.csv.gz", columns, [compact(row) for row in rows_of(folder, "tr-programmes-2025.csv")])


def bayburt_units(folder: Path) -> None:
    english = {row["name_tr"]: row["name_en"] for row in rows_of(HERE, "bayburt-names-en.csv")}

    def compact(row: Row) -> Row:
        return row | {
            "code": row["programme_code"],
            "faculty_tr": row["faculty"],
            "faculty_en": english[row["faculty"]],
            "name_tr": row["programme"],
            "name_en": english[row["programme"]],
            "isced": row["isced_f_suggested"],
        }

    columns = ("code", "faculty_tr", "faculty_en", "name_tr", "name_en", "level", "eqf_level", "isced")
    write("bayburt-units.csv", columns, [compact(row) for row in rows_of(folder, "bayburt-units.csv")])


MAP_SCALE = 5  # steps per unit of the full map, which is 960 units wide
WITHOUT_NUMBER = {"Kosovo": "XK"}


def world(folder: Path) -> None:
    """The map of the world: countries by code with their outline in whole relative steps, less than half the bytes."""
    full = json.loads((folder / "world-equal-earth.json").read_text("utf-8"))
    codes = {row["numeric"]: row["iso2"] for row in rows_of(folder, "countries.csv")} | WITHOUT_NUMBER
    rows = [{"iso2": codes.get(key, ""), "path": _outline(shape["d"])} for key, shape in full.items()]
    write("world.csv", ("iso2", "path"), sorted(rows, key=lambda row: (row["iso2"], row["path"])))


def _outline(path: str) -> str:
    return "".join(_ring(ring) for ring in path.split("z") if ring)


def _ring(ring: str) -> str:
    points = [(_step(x), _step(y)) for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", ring)]
    steps = [(x - left, y - top) for (left, top), (x, y) in pairwise(points)]
    line = " ".join(f"{x} {y}" for x, y in steps if x or y).replace(" -", "-")
    return f"M{points[0][0]} {points[0][1]}l{line}z" if line else ""


def _step(figure: str) -> int:
    return round(float(figure) * MAP_SCALE)


TABLES: tuple[Callable[[Path], None], ...] = (
    countries, fields_of_study, languages, cefr, accredited, turkish_universities, turkish_programmes, bayburt_units,
    world,
)  # fmt: skip


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print("usage: build.py FOLDER (with countries.csv, isced-f.csv, eche-heis.csv and the other full tables)")
        return 2
    for table in TABLES:
        table(Path(arguments[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
