"""Asyncio SDK for the GoSMS.ru SMS API."""

__version__ = "0.1.0"
