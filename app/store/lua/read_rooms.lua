#!lua flags=no-writes
-- @include viewers
-- Rooms as everyone sees them, all in one call.
-- KEYS: for each room its hash and its viewers hash
-- ARGV: 1 ms a worker's note of its viewers is good for
-- Returns for each room {the room's hash flat, the number of viewers}; the hash is empty where there is no such room
local now, rooms = now_ms(), {}
for i = 1, #KEYS, 2 do
  local room = redis.call('HGETALL', KEYS[i])
  rooms[#rooms + 1] = {room, #room > 0 and count_viewers(redis.call('HGETALL', KEYS[i + 1]), now, tonumber(ARGV[1])) or 0}
end
return rooms
