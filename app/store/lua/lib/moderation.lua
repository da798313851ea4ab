-- How rooms are kept in order: a hash for each, `m <user>` muted until, `b <user>` banned, beside its settings. A room's own
-- hash says whether there is anything in it that has to be looked at.

-- Reads what concerns these people, with one call a room: for each item, `of` tells its room and its person.
local function read_moderation(rooms, items, of)
  for _, room in ipairs(rooms) do
    room.muted, room.banned, room.people = {}, {}, {}
  end
  for _, item in ipairs(items) do
    local room, user = of(item)
    if room.moderated and not room.muted[user] then
      room.muted[user], room.people[#room.people + 1] = 0, user
    end
  end
  for _, room in ipairs(rooms) do
    if room.moderated then
      local fields = {'slow_ms', 'quiet', 'muted_may_gift'}
      for _, user in ipairs(room.people) do
        fields[#fields + 1], fields[#fields + 2] = 'm ' .. user, 'b ' .. user
      end
      local v = redis.call('HMGET', room.moderation_key, unpack(fields))
      room.slow_ms, room.quiet, room.muted_may_gift = tonumber(v[1]) or 0, v[2] == '1', v[3] == '1'
      for i, user in ipairs(room.people) do
        room.muted[user], room.banned[user] = tonumber(v[2 * i + 2]) or 0, v[2 * i + 3] and true
      end
    end
  end
end

-- The slug that refuses a person's gift, or nil.
local function refuse_moderated(room, user, now)
  if room.banned[user] then
    return 'banned'
  elseif (room.muted[user] or 0) > now and not room.muted_may_gift then
    return 'muted|' .. int(room.muted[user])
  end
end

-- The slug that refuses a comment, or nil. Field 4 of a comment is whose it is, 5 whether it is neither slow nor off.
local function refuse_comment(room, c, now)
  local user = c[4]
  if not room.status then
    return 'room_not_found'
  elseif room.status ~= 'live' then
    return 'room_not_live'
  elseif room.banned[user] then
    return 'banned'
  elseif (room.muted[user] or 0) > now then
    return 'muted|' .. int(room.muted[user])
  elseif not room.moderated or c[5] then
    return nil
  elseif room.quiet then
    return 'comments_off'
  elseif room.slow_ms > 0 then
    local last = tonumber(redis.call('ZSCORE', room.paces_key, user)) or 0
    if last + room.slow_ms > now then
      return 'slow|' .. int(last + room.slow_ms - now)
    end
  end
end

-- Notes when somebody has said something, while that counts.
local function note_pace(room, c, now)
  if room.moderated and room.slow_ms > 0 and not c[5] then
    redis.call('ZADD', room.paces_key, int(now), c[4])
    redis.call('ZREMRANGEBYSCORE', room.paces_key, '-inf', int(now - room.slow_ms))
    redis.call('PEXPIRE', room.paces_key, int(room.slow_ms))
  end
end

-- A comment that a moderator has let through waits no more; the workers read that, and whoever copies the room.
local function wait_no_more(room, id)
  redis.call('HDEL', room.moderation_key, 'h ' .. id)
  redis.call('HINCRBY', room.key, 'moderated', 1)
  redis.call('SPUBLISH', room.channel, '~')
end
