#!/bin/sh
# Make configure from a checkout.
# SPDX-License-Identifier: Apache-2.0
set -eu
cd "$(dirname "$0")"
exec autoreconf --install --force --warnings=all
