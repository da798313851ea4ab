#!lua
-- @include ledger room_log moderation
-- Changes how a room is kept in order, from the next gift and comment on, and wakes the workers, which read it then.
-- KEYS: totals, room, moderation
-- ARGV: 1 claim, 2 channel, 3 the kind of fields that has a bound ('m', 'b', 'h' or 'x'), or '', 4 how many of it there may be;
--   then pairs of field and value, '' to take it out
-- Returns 'changed', 'same' where nothing was to be taken out, or 'R<slug>'
local ledger, refusal = open_ledger(KEYS[1], ARGV[1])
if refusal then
  return 'R' .. refusal
end
local room, flat = open_room(KEYS[2], ledger), redis.call('HGETALL', KEYS[3])
if not room.status then
  return 'Rroom_not_found'
end
local known, count, oldest = {}, 0, nil
for i = 1, #flat, 2 do
  local field, value = flat[i], flat[i + 1]
  if string.sub(field, 1, 2) == 'm ' and tonumber(value) <= ledger.now then
    redis.call('HDEL', KEYS[3], field)
  else
    known[field] = value
    if string.sub(field, 1, 2) == ARGV[3] .. ' ' then
      count = count + 1
      if not oldest or value < known[oldest] then
        oldest = field
      end
    end
  end
end
local changed
for i = 5, #ARGV, 2 do
  local field, value = ARGV[i], ARGV[i + 1]
  if value == '' then
    changed = redis.call('HDEL', KEYS[3], field) == 1 or changed
  else
    if not known[field] and string.sub(field, 1, 2) == ARGV[3] .. ' ' and count >= tonumber(ARGV[4]) then
      if ARGV[3] ~= 'x' then
        return 'Rtoo_many_kept_out'
      end
      -- What was taken out of the oldest gift has left every screen.
      redis.call('HDEL', KEYS[3], oldest)
    end
    redis.call('HSET', KEYS[3], field, value)
    changed = true
  end
end
-- Its version: whoever copies it reads it where that has changed.
redis.call('HINCRBY', KEYS[2], 'moderated', 1)
if room.status == 'ended' then
  redis.call('PEXPIRE', KEYS[3], math.max(redis.call('PTTL', KEYS[2]), 1))
end
redis.call('SPUBLISH', ARGV[2], '~')
return changed and 'changed' or 'same'
