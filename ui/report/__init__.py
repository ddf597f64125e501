"""The report: a page for the patient and one for the physical therapist."""
