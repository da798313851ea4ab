#!lua
-- @include ledger
-- Says what a room's board goes by. A board by gifts counts from when it was first asked for.
-- KEYS: totals, room
-- ARGV: 1 claim, 2 'coins' or 'gifts'
-- Returns 'N' or 'R<slug>'
local ledger, refusal = open_ledger(KEYS[1], ARGV[1])
if refusal then
  return 'R' .. refusal
elseif redis.call('EXISTS', KEYS[2]) == 0 then
  return 'Rroom_not_found'
end
redis.call('HSET', KEYS[2], 'board_by', ARGV[2])
return 'N'
