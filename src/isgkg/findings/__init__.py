"""One model for everything that a check can say: SHACL results, term findings, graph lint.

Flows in: what a check found. Flows out: `Finding` and `Report`; one module a rendering beside this one. The JSON form is stable.
"""

from isgkg.findings.model import Authority, Finding, Fix, Place, Report, Severity
from isgkg.findings.render import as_json, as_text

__all__ = ["Authority", "Finding", "Fix", "Place", "Report", "Severity", "as_json", "as_text"]
