"""A page in which one types a formula and steps through it: `playground().save("play.html")`."""

from .page import Playground, gallery, playground

__all__ = ["Playground", "gallery", "playground"]
