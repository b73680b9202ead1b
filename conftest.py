# SPDX-License-Identifier: MIT
"""What holds for all tests of the repository."""

import nengo

# Nengo's cache of decoders is one folder a user. Parallel workers lock each other out of
# it, which nengo 2.8 warns of, and a hit would hide what a build really computes.
nengo.rc.set("decoder_cache", "enabled", "False")
