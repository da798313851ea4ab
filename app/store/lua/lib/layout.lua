-- The version of the layout of entries and keys: a program of another layout would misread them.
local LAYOUT = '3'
