from django.urls import path

from kervan.agreements.urls_data import urlpatterns as data
from kervan.agreements.urls_links import urlpatterns as links
from kervan.agreements.views import agreements, bodies, page, proposals, versions

app_name = "agreements"
urlpatterns = [
    *data,
    path("office/agreements/", agreements.agreement_list, name="list"),
    path("office/agreements/new/", agreements.new, name="new"),
    path("office/agreements/with/<str:uid>/", agreements.of_institution, name="of_institution"),
    path("office/agreements/bodies/", bodies.bodies, name="bodies"),
    path("office/agreements/bodies/new/", bodies.body_new, name="body_new"),
    path("office/agreements/bodies/usual/", bodies.usual_bodies, name="bodies_usual"),
    path("office/agreements/bodies/<str:uid>/", bodies.body, name="body"),
    path("office/proposals/", proposals.proposal_list, name="proposals"),
    path("office/proposals/new/", proposals.new, name="proposal_new"),
    path("office/proposals/<str:uid>/", proposals.page, name="proposal"),
    path("office/proposals/<str:uid>/edit/", proposals.edit, name="proposal_edit"),
    path("office/proposals/<str:uid>/withdraw/", proposals.withdraw, name="proposal_withdraw"),
    path("office/proposals/<str:uid>/take-up/", proposals.take_up, name="proposal_take_up"),
    path("office/proposals/<str:uid>/question/", proposals.ask_back, name="proposal_question"),
    path("office/proposals/<str:uid>/decline/", proposals.decline, name="proposal_decline"),
    path("office/agreements/decisions/<str:uid>/", versions.decide, name="decide"),
    path("office/agreements/<str:uid>/", page.page, name="page"),
    path("office/agreements/<str:uid>/compare/", page.compare, name="compare"),
    path("office/agreements/<str:uid>/edit/", agreements.edit, name="edit"),
    path("office/agreements/<str:uid>/new-version/", versions.start_version, name="start_version"),
    path("office/agreements/<str:uid>/propose/", versions.propose, name="propose"),
    path("office/agreements/<str:uid>/take-back/", versions.take_back, name="take_back"),
    path("office/agreements/<str:uid>/answer/", versions.answer, name="answer"),
    path("office/agreements/<str:uid>/sign/", versions.sign, name="sign"),
    path("office/agreements/<str:uid>/conclude/", versions.conclude, name="conclude"),
    path("office/agreements/<str:uid>/comment/", versions.comment, name="comment"),
    path("office/agreements/<str:uid>/pdf/", page.pdf, name="pdf"),
    path("office/agreements/<str:uid>/issue/", page.issue, name="issue"),
    path("office/agreements/<str:uid>/discard/", versions.discard, name="discard"),
    path("office/agreements/<str:uid>/in-force/", versions.put_in_force, name="put_in_force"),
    path("office/agreements/<str:uid>/terminate/", versions.terminate, name="terminate"),
    path("office/agreements/<str:uid>/terminate/take-back/", versions.take_back_end, name="take_back_end"),
    *links,
]
