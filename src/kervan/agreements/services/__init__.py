"""What the office does with agreements, proposals, decisions and their use."""

from kervan.agreements.services import bodies as bodies
from kervan.agreements.services import proposals as proposals
from kervan.agreements.services import versions as versions
from kervan.agreements.services.agreements import create_draft as create_draft
from kervan.agreements.services.agreements import discard_draft as discard_draft
from kervan.agreements.services.agreements import record_in_force as record_in_force
from kervan.agreements.services.agreements import start_version as start_version
from kervan.agreements.services.agreements import take_back_end as take_back_end
from kervan.agreements.services.agreements import terminate as terminate
from kervan.agreements.services.agreements import update_draft as update_draft
from kervan.agreements.services.uses import record_uses as record_uses
from kervan.agreements.values import LineValues as LineValues
from kervan.agreements.values import VersionValues as VersionValues
