"""What there is to say about a line of a standard file."""

from functools import partial

from maru.tables.findings import Finding
from tenants.courses.standard_file.sentences import SENTENCES

finding_of = partial(Finding.of, sentences=SENTENCES)
