"""What the crowd is called and what it says: plain data, good-natured throughout."""

from __future__ import annotations

import random
from collections.abc import Container

_FIRST_NAMES = """
Mia Noah Lea Jonas Emma Luca Sofia Mateo Ava Leo Nora Elias Clara Hugo Alma Oskar Freya Lars Ingrid Nils
Zofia Marek Hana Tomas Ivana Luka Elena Dimitri Irina Misha Yara Omar Layla Karim Amira Yusuf Salma Idris
Amara Kwame Zuri Tendai Ayo Chidi Imani Thabo Naledi Aisha Priya Arjun Anika Rohan Meera Dev Kavya Ishaan
Haruto Yui Ren Sakura Sora Hina Minjun Jiwoo Seoyeon Hyun Mei Wei Lin Jia Tao Linh Minh Thao Bao Putri
Dewi Budi Siti Rizal Maria Diego Valentina Camila Santiago Lucia Thiago Beatriz Joao Rafael Isabela Chloe
Louis Manon Jules Ines Theo Zoe Finn Saoirse Rhys Erin Callum Isla Ethan Grace Ruby Mason Stella Wyatt
Hazel Kai Leilani Aroha Tama Paulo Bianca Matteo Giulia Enzo
"""
_HANDLES = """
sunny_{n} {n}_live its{n} {n}.exe lil_{n} the_real_{n} {n}_on_tour night{n} {n}loves coffee_{n} {n}_99
xo{n} {n}_music just{n} {n}in3D dj_{n} captain_{n} {n}_moon pixel{n} {n}_the_great
"""
FIRST_NAMES = tuple(_FIRST_NAMES.split())
HANDLES = tuple(_HANDLES.split())
SIGNS = ("🌻", "✨", "🎧", "🌙", "🐝", "🍀", "🎸", "🔥", "🦊", "🌊", "☕", "🎈")

COMMENTS = (
    "good evening from Lisbon!",
    "hi everyone 👋",
    "just got home, perfect timing",
    "this song ❤️",
    "the lights look amazing tonight",
    "first time here, what a lovely room",
    "greetings from Nairobi!",
    "the chat is so nice here",
    "can you play that one again?",
    "I have this on every Friday",
    "sound is perfect",
    "my cat is watching too",
    "dinner and a live, best combination",
    "hello from rainy Hamburg ☔",
    "that made my day",
    "wow, your voice",
    "who else is doing homework right now? 😅",
    "we are growing! welcome all",
    "love the setup",
    "okay that was smooth",
    "so relaxing",
    "what time is it where you are?",
    "2 am here and I regret nothing",
    "good morning from Osaka ☀️",
    "haha exactly",
    "same!",
    "I brought snacks 🍿",
    "that transition though",
    "you got this!",
    "how long have you been playing?",
    "greetings to everyone in the back",
    "long day, glad this is on",
    "the overlay is so pretty",
    "I needed this today",
    "hi from São Paulo 🇧🇷",
    "take a sip of water, all of you",
    "this deserves more viewers",
    "one more, one more!",
    "my whole kitchen is dancing",
    "best room on here",
    "goosebumps",
    "story time please",
    "can we get some roses in the chat 🌹",
    "hello from the train",
    "I told my sister to join",
    "what a crowd tonight",
    "chills, actual chills",
    "so talented",
    "teach me that!",
    "ok now I'm hungry",
    "I was just about to sleep",
    "let's gooo",
    "hi from Jakarta!",
    "that laugh is contagious",
    "brb, tea",
    "back with tea ☕",
    "which microphone is that?",
    "never change",
    "this is my favourite part",
    "you can hear the smile",
    "sending love from Cape Town",
    "mods are the best, thank you",
    "congratulations on last week!",
    "is that a new lamp?",
    "we want an encore",
    "pure joy",
    "encore encore encore",
    "hola desde Bogotá",
    "bonsoir tout le monde",
    "merhaba from Izmir",
    "こんばんは！",
    "안녕하세요 👋",
    "namaste from Pune",
    "ciao belli!",
    "servus aus Wien",
    "cześć wszystkim",
    "xin chào 🌼",
    "the moon is out here too 🌙",
    "I'll be humming this all week",
)
AFTER_BIG_GIFT = (
    "{gift}!!! 🤩",
    "no way, a {gift}",
    "{name} you legend",
    "wow {name} 👏👏👏",
    "did you see that?!",
    "best animation of all",
    "{name} is on fire tonight",
    "screenshot taken 📸",
    "the whole screen! 😍",
    "what a gift",
    "okay {name}!!",
    "I will never forget this {gift}",
)
TO_A_GUEST = (
    "hi {name}! 👋",
    "welcome {name}",
    "hey {name}, good to see you",
    "so true {name}",
    "haha {name}",
    "{name} gets it",
    "what {name} said",
)
THANKS_TO_A_GUEST = (
    "{name} 🌹🌹",
    "nice one {name}!",
    "thank you {name} ❤️",
    "look, {name} sent a {gift}!",
    "{name} with the {gift} 👏",
)


def new_name(chance: random.Random, taken: Container[str]) -> str:
    """A name that nobody has yet."""
    while True:
        first = chance.choice(FIRST_NAMES)
        style = chance.random()
        if style < 0.45:
            name = first
        elif style < 0.60:
            name = f"{first} {chance.choice(FIRST_NAMES)[0]}."
        elif style < 0.72:
            name = f"{first} {chance.choice(SIGNS)}"
        elif style < 0.92:
            name = chance.choice(HANDLES).format(n=first.lower())
        else:
            name = f"{first.lower()}{chance.randrange(1, 100):02d}"
        if name not in taken:
            return name
