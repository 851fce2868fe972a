"""The words by which tables and questions say level, direction, kind of stay, kind of agreement and term.

Every word stands in the form in which texts are compared (`core.rules.turkish.search_key`), English and Turkish.
"""

LEVELS = {
    "associate": "associate", "associate degree": "associate", "short cycle": "associate", "onlisans": "associate",
    "on lisans": "associate", "eqf 5": "associate",
    "bachelor": "bachelor", "bachelors": "bachelor", "undergraduate": "bachelor", "undergraduates": "bachelor",
    "lisans": "bachelor", "first cycle": "bachelor", "eqf 6": "bachelor",
    "master": "master", "masters": "master", "yuksek lisans": "master", "second cycle": "master", "eqf 7": "master",
    "doctorate": "doctorate", "doctoral": "doctorate", "phd": "doctorate", "doktora": "doctorate",
    "third cycle": "doctorate", "eqf 8": "doctorate",
}  # fmt: skip
DIRECTIONS = {
    "outgoing": "outgoing", "out": "outgoing", "going": "outgoing", "giden": "outgoing", "gidis": "outgoing",
    "incoming": "incoming", "in": "incoming", "coming": "incoming", "gelen": "incoming", "gelis": "incoming",
}  # fmt: skip
STAYS = {
    "study": "study", "studies": "study", "student studies": "study", "student": "study", "sms": "study",
    "ogrenim": "study", "ogrenim hareketliligi": "study", "ogrenci ogrenim": "study",
    "traineeship": "traineeship", "traineeships": "traineeship", "internship": "traineeship", "smt": "traineeship",
    "smp": "traineeship", "staj": "traineeship", "staj hareketliligi": "traineeship",
    "teaching": "teaching", "staff teaching": "teaching", "sta": "teaching", "ders verme": "teaching",
    "ders verme hareketliligi": "teaching",
    "training": "training", "staff training": "training", "stt": "training", "egitim alma": "training",
    "egitim alma hareketliligi": "training",
}  # fmt: skip
AGREEMENTS = {
    "erasmus iia": "erasmus_iia", "erasmus": "erasmus_iia", "ka131": "erasmus_iia", "iia": "erasmus_iia",
    "inter institutional agreement": "erasmus_iia", "kurumlar arasi anlasma": "erasmus_iia",
    "mevlana": "mevlana", "mevlana protocol": "mevlana", "mevlana protokolu": "mevlana",
    "ka171": "ka171", "ka 171": "ka171", "icm": "ka171",
    "bilateral": "bilateral", "bilateral agreement": "bilateral", "ikili anlasma": "bilateral", "ikili": "bilateral",
    "mou": "mou", "memorandum": "mou", "memorandum of understanding": "mou", "mutabakat": "mou", "iyi niyet": "mou",
    "mutabakat zapti": "mou",
    "double degree": "double_degree", "dual degree": "double_degree", "cift diploma": "double_degree",
    "ortak diploma": "double_degree",
}  # fmt: skip
TERMS = {
    "autumn": "autumn", "fall": "autumn", "winter": "autumn", "guz": "autumn", "guz donemi": "autumn",
    "autumn term": "autumn", "guz yariyili": "autumn",
    "spring": "spring", "summer": "spring", "bahar": "spring", "bahar donemi": "spring", "spring term": "spring",
    "bahar yariyili": "spring",
    "year": "year", "whole year": "year", "full year": "year", "yil": "year", "tam yil": "year", "butun yil": "year",
}  # fmt: skip
