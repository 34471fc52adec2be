"""The commands of the service, one file a room; ``pipeline.cli`` puts them under ``lihui``."""
