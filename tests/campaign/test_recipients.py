"""Files as people have them become rows with numbers."""

import zipfile

import pytest

from gosms_async.campaign import CampaignError
from gosms_async.campaign.recipients import digest_of, phone_of, rows_of

ROWS = [(2, {"имя": "Анна", "phone": "89161234567"}), (3, {"имя": "Ян", "phone": "1"})]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_in_any_usual_encoding_with_any_usual_delimiter(
    tmp_path, encoding, delimiter
):
    file = tmp_path / "people.csv"
    lines = (("Имя", " Phone "), ("Анна", "89161234567"), ("Ян", "1"))
    file.write_text("\n".join(delimiter.join(line) for line in lines), encoding=encoding)

    assert list(rows_of(file)) == ROWS


def test_a_row_of_a_csv_has_the_number_of_its_line(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text('phone,name\n1,"two\nlines"\n2,b\n')

    assert [number for number, _ in rows_of(file)] == [3, 4]


def test_json_lines_are_read(tmp_path):
    file = tmp_path / "people.jsonl"
    file.write_text('{"Phone": 79161234567, "order": null}\n\n{"phone": "1"}\n')

    assert list(rows_of(file)) == [
        (1, {"phone": "79161234567", "order": ""}),
        (3, {"phone": "1"}),
    ]


def test_an_iterable_is_counted_from_one():
    assert list(rows_of([{"phone": 1.0}])) == [(1, {"phone": "1"})]


SHEET = """<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>Phone</t></is></c>
<c r="B1" t="inlineStr"><is><t>name</t></is></c></row>
<row r="2"><c r="A2"><v>79161234567</v></c><c r="B2" t="inlineStr"><is><t>Анна</t></is></c></row>
</sheetData></worksheet>"""
BOOK = """<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>
<sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>"""
ROOT = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Target="xl/workbook.xml" Type=
"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/>
</Relationships>"""
LINKS = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Target="worksheets/sheet1.xml" Type=
"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>"""


def test_a_workbook_is_read_and_its_numbers_stay_whole(tmp_path):
    file = tmp_path / "people.xlsx"
    with zipfile.ZipFile(file, "w") as book:
        book.writestr("_rels/.rels", ROOT)
        book.writestr("xl/workbook.xml", BOOK)
        book.writestr("xl/_rels/workbook.xml.rels", LINKS)
        book.writestr("xl/worksheets/sheet1.xml", SHEET)

    assert list(rows_of(file)) == [(2, {"phone": "79161234567", "name": "Анна"})]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("people.txt", b"phone", "a file is"),
        ("people.xlsx", b"no workbook", "cannot be read"),
        ("people.jsonl", b"[1]", "line 1 is no object"),
        ("people.jsonl", b"{", "cannot be read"),
        ("people.csv", b"phone\n" + b"1" * 140_000, "field larger than field limit"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, name, content, reason):
    file = tmp_path / name
    file.write_bytes(content)

    with pytest.raises(CampaignError, match=reason):
        list(rows_of(file))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CampaignError, match=r"people\.csv cannot be read"):
        digest_of(tmp_path / "people.csv")


def test_a_file_without_a_phone_column_has_no_phone():
    assert phone_of({"name": "Анна"}) is None
    assert phone_of({"телефон": "1"}) == "1"
