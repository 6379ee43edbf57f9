"""The encrypted store: whose computer, whose patient.

    store = Store.open(data_dir(), Keyring())
    clinician, recovery_code = store.create_profile("Dr Jo Field", "GP", "GMC 1234567", pin="274951")
    profile = store.unlock(clinician.id, "274951")
    profile.begin(encounter)

What it protects against: somebody who has the disk or a copy of the files (database key in the keyring or behind a
passphrase); a colleague on the same operating-system account (each profile's key needs its PIN as well); a record
that outlives its encounter (each has a key of its own). What it cannot: somebody who controls the running
program; a short PIN against someone who copies both the files and the keyring and then guesses without
hurry; old blocks that a disk kept, for someone who also has the keyring and the PIN.
"""

from scribe.store.keys import MIN_PASSPHRASE, KeyKind, Keyring, KeySource, Passphrase, system_keyring
from scribe.store.pin import MIN_PIN
from scribe.store.profile import Profile, Tombstone, Why
from scribe.store.store import Store, key_kind, recover_key

__all__ = [
    "MIN_PASSPHRASE",
    "MIN_PIN",
    "KeyKind",
    "KeySource",
    "Keyring",
    "Passphrase",
    "Profile",
    "Store",
    "Tombstone",
    "Why",
    "key_kind",
    "recover_key",
    "system_keyring",
]
