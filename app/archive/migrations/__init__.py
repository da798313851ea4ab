"""Alembic's steps. Each stands for itself and never changes, whatever becomes of the tables in schema.py later."""
