"""Pages of subsidies: the operators' desk and cases, claims, the applicant's wizard, the public check of a paper."""
