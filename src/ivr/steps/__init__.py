"""The kinds of steps that a menu is made of, one file each."""
