"""The REST edge: one router for each subject, behind one door that knows who asks and what his roles allow."""
