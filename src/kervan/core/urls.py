from django.urls import path

from kervan.core import styleguide
from kervan.core.views import documents, outbox, pages, records, tasks

app_name = "core"
urlpatterns = [
    path("", pages.home, name="home"),
    path("start/", pages.start, name="start"),
    path("find/", pages.find, name="find"),
    path("language/", pages.set_language, name="set_language"),
    path("glossary/", pages.glossary, name="glossary"),
    path("styleguide/", styleguide.page, name="styleguide"),
    path("healthz", pages.healthz, name="healthz"),
    path("favicon.ico", pages.favicon, name="favicon"),
    path("office/outbox/", outbox.outbox_list, name="outbox"),
    path("office/outbox/<str:uid>/", outbox.outbox_message, name="outbox_message"),
    path("office/outbox/<str:uid>/again/", outbox.outbox_again, name="outbox_again"),
    path("office/tasks/", tasks.task_list, name="tasks"),
    path("office/tasks/new/", tasks.task_new, name="task_new"),
    path("office/tasks/<str:uid>/", tasks.task_page, name="task"),
    path("office/tasks/<str:uid>/edit/", tasks.task_edit, name="task_edit"),
    path("office/tasks/<str:uid>/finish/", tasks.task_finish, name="task_finish"),
    path("office/tasks/<str:uid>/drop/", tasks.task_drop, name="task_drop"),
    path("office/tasks/<str:uid>/reopen/", tasks.task_reopen, name="task_reopen"),
    path("office/tasks/<str:uid>/assign/", tasks.task_assign, name="task_assign"),
    path("check/", documents.check, name="check"),
    path("check/<str:code>/", documents.check, name="check_code"),
    path("office/documents/", documents.document_list, name="documents"),
    path("office/documents/<str:uid>/", documents.document, name="document"),
    path("office/documents/<str:uid>/file/", documents.document_file, name="document_file"),
    path("office/documents/<str:uid>/revoke/", documents.document_revoke, name="document_revoke"),
    path("office/on/<str:kind>/<str:uid>/", records.on, name="on"),
    path("office/on/<str:kind>/<str:uid>/note/", records.note_add, name="note_add"),
    path("office/on/<str:kind>/<str:uid>/document/", records.document_add, name="attachment_add"),
    path("office/on/<str:kind>/<str:uid>/task/", records.task_add, name="on_task_add"),
    path("office/notes/<str:uid>/remove/", records.note_remove, name="note_remove"),
    path("office/attachments/<str:uid>/", records.document_file, name="attachment"),
    path("office/attachments/<str:uid>/remove/", records.document_remove, name="attachment_remove"),
]
