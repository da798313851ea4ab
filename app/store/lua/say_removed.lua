#!lua
-- @include ledger room_log
-- Tells a room that the words of a gift are not to be shown any more.
-- KEYS: totals, room, log
-- ARGV: 1 claim, 2 channel, 3 event fields
-- Returns 'N' said, or 'R<slug>'
local ledger, refusal = open_ledger(KEYS[1], ARGV[1])
if refusal then
  return 'R' .. refusal
end
local room = open_room(KEYS[2], ledger)
if not room.status then
  return 'Rroom_not_found'
end
redis.call('XLEN', KEYS[3])
say(room, 'message_removed', at_text(ledger), ARGV[3])
publish_events(room, KEYS[3], ARGV[2])
return 'N'
