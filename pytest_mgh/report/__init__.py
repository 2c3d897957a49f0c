"""What a run of pytest exercised: imported only where an option asks for it."""
