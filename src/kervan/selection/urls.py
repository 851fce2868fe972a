"""Addresses of the selection: the office's own here, the applicant's and the imports in their files."""

from django.urls import URLPattern, URLResolver, path

from kervan.selection.urls_applicant import urlpatterns as applicant
from kervan.selection.urls_imports import urlpatterns as imports
from kervan.selection.views import calls, checking, run_lists, runs, scoring

app_name = "selection"
CALL, APPLICATION, RUN = "office/calls/<str:uid>/", "office/applications/<str:uid>/", "office/runs/<str:uid>/"

office: list[URLPattern | URLResolver] = [
    path("office/calls/", calls.call_list, name="office_calls"),
    path("office/calls/new/", calls.call_new, name="office_call_new"),
    path(CALL, calls.call_page, name="office_call"),
    path(f"{CALL}edit/", calls.call_edit, name="office_call_edit"),
    path(f"{CALL}places/", calls.places, name="office_places"),
    path(f"{CALL}quotas/", calls.quotas, name="office_quotas"),
    path(f"{CALL}announce/", calls.announce, name="office_announce"),
    path(f"{CALL}take-back/", calls.take_back, name="office_take_back"),
    path(f"{CALL}finish/", calls.finish, name="office_finish"),
    path(f"{CALL}applications/", checking.application_list, name="office_applications"),
    path(f"{CALL}applications/accept/", checking.accept_many, name="office_accept_many"),
    path(f"{CALL}scores/", scoring.score_list, name="office_scores"),
    path(f"{CALL}score/", scoring.score, name="office_score"),
    path(f"{CALL}runs/", runs.run_list, name="office_runs"),
    path(f"{CALL}runs/start/", runs.run_start, name="office_run_start"),
    path(APPLICATION, checking.application_page, name="office_application"),
    path(f"{APPLICATION}accept/", checking.accept, name="office_accept"),
    path(f"{APPLICATION}reopen/", checking.reopen, name="office_reopen"),
    path(f"{APPLICATION}return/", checking.return_file, name="office_return"),
    path(f"{APPLICATION}points/", checking.note_item, name="office_note_item"),
    path(f"{APPLICATION}exams/", checking.enter_exam, name="office_enter_exam"),
    path(f"{APPLICATION}exams/<str:exam_uid>/", checking.exam_form, name="office_exam"),
    path(f"{APPLICATION}special/", checking.special, name="office_special"),
    path(f"{APPLICATION}withdraw/", checking.withdraw, name="office_withdraw"),
    path(f"{APPLICATION}claims/<str:claim_uid>/", checking.decide_claim, name="office_claim"),
    path(f"{APPLICATION}documents/<str:document_uid>/", checking.document_file, name="office_document"),
    path(f"{APPLICATION}documents/<str:document_uid>/decide/", checking.decide_document, name="office_decide_document"),
    path(RUN, runs.run_page, name="office_run"),
    path(f"{RUN}status/", runs.run_status, name="office_run_status"),
    path(f"{RUN}results/", run_lists.run_outcomes, name="office_run_outcomes"),
    path(f"{RUN}places/", run_lists.run_places, name="office_run_places"),
    path(f"{RUN}empty/", run_lists.run_unused, name="office_run_unused"),
    path(f"{RUN}compare/<str:other_uid>/", run_lists.run_compare, name="office_run_compare"),
    path(f"{RUN}again/", runs.run_again, name="office_run_again"),
    path(f"{RUN}repeat/", runs.run_repeat, name="office_run_repeat"),
    path(f"{RUN}snapshot/", runs.run_snapshot, name="office_run_snapshot"),
    path(f"{RUN}adopt/", runs.run_adopt, name="office_run_adopt"),
    path(f"{RUN}reopen/", runs.run_reopen, name="office_run_reopen"),
    path(f"{RUN}discard/", runs.run_discard, name="office_run_discard"),
    path(f"{RUN}publish/", runs.run_publish, name="office_run_publish"),
    path("calls/<str:uid>/results/", run_lists.public_results, name="results"),
]
urlpatterns: list[URLPattern | URLResolver] = [*office, *applicant, *imports]
