"""The schema, one SQL file per version. `NNNN_subject.sql` is never edited once merged."""
