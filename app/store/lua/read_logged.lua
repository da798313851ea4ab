#!lua
-- Tells what stands in some logs. It is not said to only read: replicas have to vouch for what it tells, as for what is written.
-- KEYS: logs of rooms, of one partition
-- ARGV: of each log, the ids of the first and of the last entry that are asked for
-- Returns for each log a list of messages; see publish_events in lib/room_log.lua
local told = {}
for i, log in ipairs(KEYS) do
  local messages = {}
  for j, entry in ipairs(redis.call('XRANGE', log, ARGV[2 * i - 1], ARGV[2 * i])) do
    messages[j] = entry[2][2]
  end
  told[i] = messages
end
return told
