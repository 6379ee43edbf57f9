"""What the verifier knows of English and of medicine: plain lists, no rules.

Where a list names no other source it is our own, written out of general knowledge: of English grammar, of anatomy, or of the
words in which British notes are framed. No entry may stand for one talk, or for the wording of one of its facts.
"""

from __future__ import annotations


def words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _classes(text: str) -> tuple[tuple[str, ...], ...]:
    """One class a line, members parted by commas."""
    return tuple(
        tuple(member.strip() for member in line.split(",")) for line in text.strip().splitlines() if line.strip()
    )


# Ways of saying one thing, our own list. Only what is equal both ways in a consultation: "tummy" is "abdomen", but "sick" is
# not always "vomiting", and "hot" is not "fever".
EQUIVALENT = _classes("""
abdomen, abdominal, abdo, stomach, tummy, belly
diarrhoea, loose stool, loose motion, the runs, loose
stool, stools, poo, faeces, motion, motions, bowel movement, bowel, bowels, toilet, number two
urine, wee, weeing, pee, peeing, urinate, urination, urinary, passing water, pass water, water,\
 waterworks, passing urine
vomit, vomiting, physically sick, be sick, been sick, being sick, was sick, throw up, throwing up, thrown up, threw up, emesis
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
hospital, a&e, a and e, casualty, emergency department, accident and emergency, emergency
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
stop, stopped, stopping, resolved, went away, settled
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
man, male, gentleman
woman, female, lady
mm, millimetre, millimetres
cm, centimetre, centimetres
echo, echocardiogram
""")

# Clinical words and what people say for them, near enough to prove that a thing was spoken of, though not always equal: they
# count where no equal word was said. Our own list, written out of general knowledge along the chapters by which general
# practice codes complaints (ICPC-2: general, digestive, eye, ear, circulation, musculoskeletal, nerves, mind, airways, skin,
# metabolism, urinary, pregnancy, genital, social).
RELATED = _classes("""
photophobia, bright lights, bright light, light hurts, sensitive to light
haemoptysis, coughing up blood, coughed up blood, cough up blood, coughing blood, blood in the phlegm, blood when you cough
haematemesis, vomiting blood, vomited blood, vomit blood, blood when you vomit, throwing up blood
haematuria, blood in the urine, blood in your urine, blood in your wee, blood in my wee, blood in the water
melaena, black stools, tarry stools, black poo
rectal bleeding, bleeding from the back passage, blood from the back passage, pr bleeding
back passage, rectum, rectal, bottom, anus
dysuria, burning when you pee, stinging when you wee, burning, stinging, sting
nocturia, up at night to pee, getting up to pee, getting up to wee
incontinence, incontinent, leaking, leak, wet yourself
dysphagia, difficulty swallowing, trouble swallowing, food getting stuck
orthopnoea, lie flat, lying flat, how many pillows
oedema, swelling, swollen, puffy
rhinorrhoea, runny nose, nose running, running nose, snotty, nasal discharge, sniffles, sniffly
nasal, nose, snot
blocked nose, stuffy nose, bunged up, congested, congestion, stuffed
otalgia, earache, ear pain
tinnitus, ringing, buzzing
vertigo, room spinning, spinning
syncope, faint, fainted, blackout, collapse
seizure, seizures, fit, fits, convulsion, convulsions
epistaxis, nosebleed, nosebleeds, nose bleed
menorrhagia, heavy periods, heavy bleeding
dysmenorrhoea, painful periods, period pain
amenorrhoea, no periods, missed period
dyspareunia, pain during sex, painful sex
discharge, pus, oozing, weeping, leaking
erythema, redness, red
jaundice, yellow, yellowing
bruise, bruising, bruises
blister, blisters, blistering
ulcer, ulcers, sore, sores
constipation, constipated, bunged up, hard stools
bloating, bloated, distended, distension
flatulence, wind, gas, farting
tremor, shaking, shaky, shakes
rigor, rigors, shivering, shivers, shiver, chills
sweats, sweating, sweaty
insomnia, difficulty sleeping, trouble sleeping, sleep
concentration, concentrate, concentrating, focus, focusing
memory, forget, forgetful, forgetting, remember
suicidal, harming yourself, ending your life, end your life, kill yourself
overweight, obese, obesity, fat, put on weight, putting on weight, gained weight
vape, vapes, vaped, vaping, e-cigarette, e-cigarettes
alcohol, beer, wine, spirits, pints, units
married, wife, husband
retired, retirement, pension
unemployed, out of work, not working
admission, admissions, admitted, hospital
mouth ulcer, mouth ulcers, ulcer in the mouth
cancer, tumour, malignancy
heart attack, myocardial infarction
stroke, tia, mini stroke
angina, chest pain
thrombosis, clot, clots, dvt
thyroid, underactive thyroid, overactive thyroid, hypothyroidism, hyperthyroidism
arthritis, osteoarthritis, rheumatoid
rheumatology, rheumatologist, rheumatological
gastroenteritis, tummy bug, stomach bug, gastric flu
uti, urine infection, urinary infection, water infection, cystitis
tonsillitis, tonsils
influenza, flu
mucus, snot, snotty
varicella, chickenpox, chicken pox
visual, vision, eyesight, sight, eye, eyes, blurred, blurry
menopause, the change, menopausal
contraception, contraceptive, the pill, coil, implant, condoms
injury, injured, knock, bang, fall, trauma, accident
travel, travelled, flight, flew, abroad
exposure, exposed, contact, around
treat, treatment, treatments, treated, therapy
trigger, triggers, set off, brought on, bring on, cause, caused
benefit, help, helped, helps, work, worked, effect, difference
severe, severity, bad, terrible, awful, really bad
mild, little, slight, slightly, a bit, minor
poor, bad, not good
imaging, scan, x ray, mri, ultrasound
physiotherapy, physio, physiotherapist
counselling, counsellor, talking therapy, cbt
sick note, fit note, note for work, med3
diet, food, eating
hydration, fluids, drinking
urgently, urgent, straight away, immediately, as soon as possible, right away
review, appointment, come back, come in, follow up, be seen
wonder, wonders, wondering, think, thinks, maybe, could it be
ask, asks, asked, asking, question, questions
want, wants, wanted, like, hoping, hopes, need
affect, affects, affecting, stopped, stop, get in the way, impact
normal, fine, ok, okay, alright, all right, well, good
immunisation, vaccination, vaccine, vaccinated, jab, jabs, immunised
mg, milligram, milligrams
microgram, micrograms, mcg
ml, millilitre, millilitres, mil, mils
start, prescribe, prescribing, prescription, give you, giving you, put you on, putting you on, try you on, add
unlikely, don't think, doubt
unsure, don't know, not sure, no idea
declined, declines, no thank you, no thanks, don't want, rather not
""")

# Irregular verbs and nouns of English, and other forms that a stemmer does not bring together.
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
    "built": "build", "cut": "cut", "dizziness": "dizzy", "heard": "hear", "bent": "bend", "sent": "send",
    "shown": "show", "spent": "spend", "torn": "tear", "tore": "tear", "wrote": "write", "written": "write",
    "struck": "strike", "stuck": "stick", "laying": "lie",
}  # fmt: skip

# Words that carry no claim of their own: grammar, and the frame that notes put around what was said.
FRAME = words_of("""
himself herself itself themselves myself yourself
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
old keep wonder wonders ask asks asked want wants wanted affecting affected similar given slightly particularly usual usually normally first fully well real whether
look looks looking seem seems appear appears sound sounds
""")

# Something is less than it should be: what it says of a thing is not the thing's absence ("poor sleep" against "I can't
# sleep"). Our own list of English.
IMPAIRED = words_of("""
poor poorly disturbed reduced loss lack difficulty difficulties difficult trouble impaired limited deteriorating
deteriorated deterioration worse worsening absent fail failed fails problem problems laboured restricted unable missed
interrupted broken struggles struggling decreased less hard problems issue issues
""")

# What a person thinks, fears or hopes: its object is neither affirmed nor denied by it. Our own list of English.
ATTITUDE = words_of("""
worried worry worries worrying concern concerned concerns afraid scared fear fears fearful hopes hoping hope expects
expecting wants wanting wonders wondering asks asked thinks believes prefers unsure uncertain likes dislikes enjoys hates
""")

# Frame words that still name what is spoken of, where nothing else does.
TOPICS = words_of("""
symptom symptoms problem problems issue issues condition conditions episode episodes medical history regular similar
new thing things dose prescribed exercise previous previously before
""")

# Words that say how much or how often; their object may be denied in that degree only ("not always").
DEGREE = words_of("very always every often regularly usually much lots properly good well far long")

# Words that set something apart from what was spoken of before.
APART = words_of("else elsewhere other another others")

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

# Diseases: named in a note only when they were named. Our own selection of single words from the titles of the NHS website's
# A to Z of conditions (Open Government Licence v3.0), names only.
CONDITIONS = words_of("""
acne alopecia alzheimer's anaemia angina anorexia appendicitis arrhythmia arthritis asthma autism bronchiectasis bronchiolitis
bronchitis bulimia bursitis cancer cataracts cellulitis chickenpox chlamydia cholecystitis cirrhosis coeliac conjunctivitis copd
covid covid-19 croup crohn's cystitis dementia depression dermatitis diabetes diverticulitis eczema emphysema endometriosis
epilepsy fibroids fibromyalgia gallstones gastritis gastroenteritis glaucoma gonorrhoea gout haemophilia haemorrhoids hepatitis
hernia herpes hiv hypertension hypotension hyperthyroidism hypothyroidism impetigo influenza labyrinthitis laryngitis leukaemia
lupus lymphoma malaria measles melanoma meningitis menopause migraine mumps neuropathy obesity osteoarthritis osteomyelitis
osteoporosis otitis pancreatitis parkinson's pericarditis pleurisy pneumonia pneumothorax polycystic pre-eclampsia prostatitis
psoriasis psychosis rosacea sarcoidosis scabies schizophrenia sciatica scleroderma scoliosis sepsis shingles sinusitis stroke
syphilis tendonitis thrombosis tonsillitis tuberculosis ulcerative urticaria vasculitis vertigo vitiligo
""")

PEOPLE = words_of("""
mother mum mom father dad sister sisters brother brothers wife husband partner son sons daughter daughters
child children grandmother grandfather grandma grandpa nan nana granddad grandad grandparent grandparents aunt
auntie uncle cousin cousins nephew niece boyfriend girlfriend fiance friend friends colleague colleagues flatmate
flatmates housemate housemates
""")

_SAME_PERSON = {
    "mum": "mother",
    "mom": "mother",
    "dad": "father",
    "kid": "child",
    "children": "child",
    "kids": "child",
    "mam": "mother",
    "mummy": "mother",
    "mommy": "mother",
    "daddy": "father",
    "gran": "grandmother",
    "granny": "grandmother",
    "grandma": "grandmother",
    "nan": "grandmother",
    "nana": "grandmother",
    "nanna": "grandmother",
    "grandad": "grandfather",
    "granddad": "grandfather",
    "grandpa": "grandfather",
    "auntie": "aunt",
    "aunty": "aunt",
    "hubby": "husband",
    "great-grandfather": "grandfather",
    "great-grandmother": "grandmother",
}


def one_person(word: str) -> str:
    """The one name by which a relative is known here: "mum's" and "moms" are "mother"."""
    word = word.removesuffix("'s")
    word = _SAME_PERSON.get(word, word)
    if word.endswith("s") and (word[:-1] in PEOPLE or word[:-1] in _SAME_PERSON):
        word = word[:-1]
    return _SAME_PERSON.get(word, word)


DATES = words_of("""
monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
october november december christmas easter yesterday tomorrow tonight fortnight
""")
