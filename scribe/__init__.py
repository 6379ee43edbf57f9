"""Scribe's engine: sound → segments → turns → facts → draft → signed note → receipt. It never imports Qt."""

__version__ = "0.1.0"
