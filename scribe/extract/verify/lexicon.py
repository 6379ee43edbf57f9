"""What the verifier knows of English and of medicine: plain lists, no rules."""

from __future__ import annotations


def words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _classes(text: str) -> tuple[tuple[str, ...], ...]:
    """One class a line, members parted by commas."""
    return tuple(
        tuple(member.strip() for member in line.split(",")) for line in text.strip().splitlines() if line.strip()
    )


# Ways of saying one thing. Only what is equal both ways in a consultation: "tummy" is "abdomen", but "sick" is
# not always "vomiting", and "hot" is not "fever".
EQUIVALENT = _classes("""
abdomen, abdominal, abdo, stomach, tummy, belly
diarrhoea, loose stool, loose motion, the runs, loose
stool, stools, poo, faeces, motion, motions, bowel movement, bowel, bowels, toilet, number two
urine, wee, weeing, pee, peeing, urinate, urination, urinary, passing water, pass water, water,\
 waterworks, passing urine
vomit, vomiting, be sick, been sick, being sick, was sick, throw up, throwing up, thrown up, threw up, emesis
nausea, nauseous, feel sick, feeling sick, felt sick, queasy
fever, feverish, temperature, pyrexia, febrile, temp, high temperature
breathless, breathlessness, short of breath, shortness of breath, out of breath, difficulty breathing,\
 trouble breathing, struggling to breathe, breathing, breathe, breath, dyspnoea
cough, coughing, coughed
phlegm, sputum, mucus
tired, tiredness, fatigue, fatigued, lethargic, lethargy, exhausted, no energy, low energy
medication, medications, medicine, medicines, meds, drug, drugs, tablet, tablets
tablet, tablets, pill, pills
mother, mum, mom
father, dad
parent, parents, mum, dad
sibling, siblings, brother, sister
child, children, kid, kids, son, daughter, baby, little one, toddler
wife, husband, spouse, partner, boyfriend, girlfriend, fiance
relative, relatives, family
alcohol, drink, drinking, drinker, drinks
smoke, smoking, smoker, smoked, cigarette, cigarettes
cannabis, marijuana, weed
drugs, recreational drugs, illicit drugs, cocaine
operation, operations, surgery, surgical, surgeries, operated
hospital, a&e, casualty, emergency department, accident and emergency, emergency
gp, doctor, general practitioner
itch, itchy, itching, itchiness, pruritus
rash, rashes, skin rash
swelling, swollen, swell, swelled
ache, aching, achy, aches, pain, painful, pains, sore, soreness, hurt, hurts, hurting, tender, discomfort
period, periods, menstrual, menstruation
pregnant, pregnancy
faint, fainting, fainted, pass out, passed out, blackout, black out, blacked out, collapse, collapsed,\
 lose consciousness, lost consciousness, loss of consciousness
dizzy, dizziness, lightheaded, light headed, light headedness, giddy, faint
heart, cardiac
blood pressure, bp
hypertension, high blood pressure
diabetes, diabetic, sugar, sugars, blood sugar
blood test, blood tests, bloods, blood
x ray, xray, x-ray
antibiotic, antibiotics
allergy, allergies, allergic
weight, weigh, weighs
appetite, eating, eat, food, off food
sleep, sleeping, slept, asleep
headache, headaches, sore head, head
worried, worry, worries, concern, concerned, concerns, anxious, scared, afraid
anxiety, anxious
depression, depressed, low mood, mood
work, job, working, works, occupation
exercise, exercising, exertion, active
start, started, starting, begin, began, begun, onset, came on, come on, coming on
stop, stopped, stopping, resolved, gone, went away, settled
better, improve, improved, improving, improvement, easing, eased, ease, relieve, relieved, relief,\
 helps, help, helped
worse, worsen, worsening, worsened, aggravate, aggravated, exacerbate, exacerbated, trigger, triggers
often, frequent, frequently, frequency
sometimes, occasional, occasionally, now and then, every now and then, once in a while
intermittent, comes and goes, come and go, coming and going, on and off, off and on
constant, constantly, all the time, continuous
sudden, suddenly, all of a sudden
gradual, gradually, slowly
spread, spreads, spreading, radiate, radiates, radiating, radiation, move, moves, go anywhere
see, seen, saw, appointment, review, reviewed, check, follow up, followed up
call, ring, phone, telephone, contact
return, returns, come back, coming back, get back, let me know, let us know
test, tests, testing, investigation, investigations, check
send, sent, refer, referral, referred
previous, previously, before, past, ever, prior, in the past, history
recent, recently, lately
now, currently, current, at the moment, at present, present, still, ongoing
once, one time
twice, two times
daily, a day, per day, every day, each day, day
nightly, a night, per night, every night, night
weekly, a week, per week, every week
monthly, a month, per month, every month
morning, mornings, am
evening, evenings, pm
pharmacy, chemist, pharmacist
infection, infected, infections, bug
virus, viral, viruses
bacteria, bacterial
asthma, asthmatic
live, lives, living
alone, by myself, on my own, by yourself
university, uni
holiday, holidays, travel, travelled, travelling, abroad, trip
fluid, fluids, water, drink, drinking
hydrated, hydration, dehydrated, drink, drinking
rest, resting, take it easy
heartburn, acid reflux, reflux, indigestion
wheeze, wheezy, wheezing
chest, chesty
tight, tightness, tightening
numb, numbness
tingle, tingling, pins and needles
weak, weakness
lump, lumps, bump, bumps
bleed, bleeding, bled, blood
vision, eyesight, sight, see
palpitation, palpitations, heart racing, heart beating fast, racing heart
stress, stressed, stressful
inhaler, puffer, inhalers, puffers, pump
cream, ointment
household, at home
contact, contacts, around
unwell, ill, sick, poorly
painkiller, painkillers, pain relief, analgesia
self care, look after yourself
immunisation, vaccination, vaccine, vaccinated, jab, jabs, immunised
mg, milligram, milligrams
microgram, micrograms, mcg
ml, millilitre, millilitres, mil, mils
""")

# Forms that a stemmer does not bring together.
IRREGULAR = {
    "ate": "eat", "eaten": "eat", "went": "go", "gone": "go", "goes": "go", "took": "take", "taken": "take",
    "had": "have", "has": "have", "having": "have", "was": "be", "were": "be", "is": "be", "are": "be",
    "am": "be", "been": "be", "being": "be", "felt": "feel", "got": "get", "gotten": "get", "gave": "give",
    "given": "give", "saw": "see", "seen": "see", "said": "say", "told": "tell", "thought": "think",
    "knew": "know", "known": "know", "came": "come", "began": "begin", "begun": "begin", "did": "do",
    "done": "do", "does": "do", "woke": "wake", "woken": "wake", "slept": "sleep", "fell": "fall",
    "fallen": "fall", "broke": "break", "broken": "break", "bled": "bleed", "kept": "keep", "left": "left",
    "lost": "lose", "losing": "lose", "loss": "lose", "worse": "worse", "worst": "worse", "bitten": "bite",
    "hurt": "hurt", "drank": "drink", "drunk": "drink", "grew": "grow", "ran": "run", "running": "run",
    "swollen": "swell", "threw": "throw", "thrown": "throw", "wore": "wear", "worn": "wear", "bought": "buy",
    "brought": "bring", "caught": "catch", "found": "find", "met": "meet", "paid": "pay", "spoke": "speak",
    "spoken": "speak", "stood": "stand", "died": "die", "death": "die", "dead": "die", "children": "child",
    "feet": "foot", "teeth": "tooth", "men": "man", "women": "woman", "breathe": "breath",
    "breathing": "breath", "feverish": "fever", "itchy": "itch", "mucous": "mucus", "burnt": "burn",
    "smelly": "smell", "held": "hold", "holding": "hold", "drove": "drive", "driven": "drive",
    "bumpy": "bump", "lumpy": "lump", "sweaty": "sweat", "watery": "water", "runny": "run",
    "irritated": "irritate", "coughed": "cough", "advice": "advise", "advised": "advise", "sat": "sit",
    "lay": "lie", "lying": "lie", "lain": "lie", "chose": "choose", "shook": "shake", "shaky": "shake",
    "built": "build", "cut": "cut", "dizziness": "dizzy",
}  # fmt: skip

# Words that carry no claim of their own: grammar, and the frame that notes put around what was said.
FRAME = words_of("""
a an the this that these those it its he she they them his her their him i me my you your we us our one
and or of to in on at for from with by as into over under about around than then so but if when while where
which who whom what how that's there here be have do will would can could shall should may might must get
go take use make feel also just only very quite really too well some any all each every both either more most much
many lot bit little few other others another same such own up down out off again still yet already per
no not nil none never denies deny denied without neither nor non unable cannot can't n't don't doesn't didn't isn't
wasn't aren't weren't hasn't haven't hadn't won't wouldn't couldn't shouldn't
patient reports reported report report's states stated says said describes described mentions mentioned
complains complaining noticed notes noted aware history hx presents presenting presentation associated
symptom symptoms problem problems issue issues condition conditions episode episodes known thing things
something anything nothing anyone someone everyone person people
advised advise advice recommended recommend plan planned discussed explained reassured agreed offered suggest
suggested consider considered given give giving prescribe prescribed prescription regular regularly
due since until after before during because via including include like etc e.g i.e possibly possible likely
probable probably maybe perhaps suspected think thinks thought query impression
previous previously past current currently ongoing recent recently now today
time times onset duration nature quality severity type kind amount level general generally overall
main mainly mostly approximately approx roughly nearly almost least around
otherwise else further new associated related relevant needed need needs required require requires able
yes pmh dh sh fh hx nkda dose
""")

# Frame words that still name what is spoken of, where nothing else does.
TOPICS = words_of("""
symptom symptoms problem problems issue issues condition conditions episode episodes medical history regular similar
new thing things dose prescribed exercise
""")

# Words that join what a statement is about to where, when and why: grammar, our own list.
JOINING = words_of("""
from for with due because by on in at when since after before during to but until unless if as than despite without
apart except while where which who although through into about around over under despite following
""")

# Normal findings: in a note only when they were said.
NORMAL = words_of("""
clear normal unremarkable soft intact stable abnormal nad flags flag equal symmetrical alert oriented comfortable
satisfactory
""")

NEGATIONS = words_of(
    """no not never none nor neither without denies deny denied nil n't cannot nothing nobody unable nope non free"""
)

SIDES = {
    "left": "left",
    "right": "right",
    "bilateral": "both",
    "bilaterally": "both",
    "upper": "upper",
    "lower": "lower",
}

BODY = words_of("""
abdomen abdominal abdo stomach tummy belly head face forehead eye eyes eyelid ear ears nose mouth tongue lip lips
tooth teeth gum gums jaw throat neck shoulder shoulders arm arms elbow elbows wrist wrists hand hands finger
fingers thumb thumbs chest breast breasts rib ribs back spine hip hips groin thigh thighs leg legs knee knees
shin shins calf calves ankle ankles foot feet toe toes heel heels heart lung lungs liver kidney kidneys bladder
bowel bowels rectum anus penis vagina vulva testicle testicles testis scrotum womb skin scalp nail nails flank
buttock buttocks armpit armpits
""")

# Parts of the body that other words name as surely: what one does with them, and what comes of them. Anatomy, our list.
IMPLIES = {
    "throat": ("swallow",), "ear": ("hear", "ring", "tinnitus", "deaf"), "eye": ("see", "vision", "sight", "blink"),
    "bowel": ("go", "stool", "diarrhoea", "constipated"), "bladder": ("urine", "wee", "pee"), "nose": ("sniff", "smell", "blow"),
    "lung": ("breath", "inhale"), "heart": ("palpitation", "pulse"), "chest": ("breath", "cough", "lungs"),
    "jaw": ("chew", "bite"), "tooth": ("bite", "dentist"), "teeth": ("bite", "dentist"), "mouth": ("lip", "tongue", "gum"),
    "skin": ("rash", "spot", "itch", "eczema", "psoriasis", "blister", "mole"), "head": ("headache", "migraine"),
    "face": ("cheek", "forehead", "chin"), "hand": ("finger", "thumb"), "foot": ("toe", "heel"), "back": ("spine", "backache"),
    "abdomen": ("cramp", "bloat"), "scalp": ("dandruff", "hair"),
}  # fmt: skip

PEOPLE = words_of("""
mother mum mom father dad sister sisters brother brothers wife husband partner son sons daughter daughters
child children grandmother grandfather grandma grandpa nan nana granddad grandad grandparent grandparents aunt
auntie uncle cousin cousins nephew niece boyfriend girlfriend fiance friend friends colleague colleagues flatmate
flatmates housemate housemates
""")

DATES = words_of("""
monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
october november december christmas easter yesterday tomorrow tonight fortnight
""")
