-- What is under way to another partition: a hash of its name -> its value. A gift on its way to its room is named `<sender>:<id>`,
-- the diamonds on their way to a guest of the room `guest <sender>:<id>`. A value is three lines: what is known of the crossing,
--   '<deadline in ms> <n of the payment> <coins left> <level that it led to, or 0> <0|1 anonymous> |<coins>|<milli-diamonds>|
--   <bucket of the id> <room's partition> <room> <receiver>'
-- in one; how its journal entries begin, from the comma behind their kind on; and the gift as in send_gifts.lua, but for what its
-- payer alone has to know, msgpack, or nothing where all of it was restored from the archive, which does not know what its event
-- says. Past the deadline nobody takes it any more: whether it arrived is for the archive to say.

local GUEST = 'guest '

-- The pieces of a text, of which the lengths are given.
local function cut(text, lengths)
  local pieces, last = {}, 0
  for i, length in ipairs(lengths) do
    pieces[i], last = string.sub(text, last + 1, last + length), last + length
  end
  return pieces
end

-- Its second line: from the blank behind the level on, or the whole. (Plain searches: a pattern looks at each character.)
local function entry_of(value)
  local first = string.find(value, '\n', 1, true)
  return string.sub(value, first + 1, string.find(value, '\n', first + 1, true) - 1)
end

-- The value of what a guest gets, from that of the gift: its own event is of no concern any more. It may arrive at any time.
local function for_guest(deadline, value)
  return int(deadline) .. string.match(value, '^%d+( [^\n]*\n[^\n]*\n)')
end
