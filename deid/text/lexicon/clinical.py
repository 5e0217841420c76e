"""Clinical words that a name model takes for a person, a place or an organisation."""

# People (and places) whose names are diseases, signs, scores, devices, procedures and stains today.
EPONYMS = frozenset(
    "denis browne schwab ely ober russell-silver prineo treacher robin sotos aspen buck bucks norwood maitland braden scholl scholls gastaut zoll edinburgh vanderbilt conners wechsler bayley macintosh cormack lehane rastelli jatene bentall allred nuys judkins amplatz brockenbrough zavanelli auspitz arnica rhodiola valerian thessaly miami philadelphia sachs mallinckrodt brackmann oncotype woodcock peabody denver folstein montreal bobath feldenkrais pilates apley kaltenborn prolene vicryl monocryl dermabond argyll gunn rees denk exner schiller duval councilman negri hirano quinton fresenius humphrey lille maddrey breslow weitlaner adson metzenbaum allis bakri impella tesio segond tarlov adie hounsfield gehrig bair hugger kernohan bosniak fleischner pirads ziehl neelsen winter wells ishak lauge weber danis garden pauwels neer mason essex lopresti jefferson hangman chance maisonneuve barton rolando kienbock volkmann weaver dunn bristow latarjet putti perthes sinding larsen hoffa segond luschka lister parona struthers frohse cruciate kohler osler rendu weber dieulafoy mallory weiss boerhaave zenker killian jamieson plummer vinson traube durozier muller becker musset quincke hill carvallo graham steell levine still gallaverdin hamman ewart dressler beck kussmaul friedreich broadbent osborn epsilon delta bazett fridericia framingham wenckebach ashman wellens winter sgarbossa de lown ganong mahaim kent james bachmann hering breuer cushing cheyne biot ondine schwartz bartter silk road abrikossoff achilles addison adie adson alagille albright allen allis alport alstrom alzheimer alzheimers angelman apgar apley argyll arnold"
    " asherman asperger aschoff auer austin babinski babcock bainbridge baker balint ballard bankart bard barlow barre barr barre barrett barthel bartholin bartonella"
    " bartter basedow batten battle bazett beau beck becker beckwith behcet behçet bell bence bender bennett berger bernard best billroth binet"
    " biot bishop bitot blalock bland blount blumer boas boerhaave bohler bouchard bourneville bouveret bowen bowman boyle braden brenner bright"
    " brill broca brodie brown brudzinski brugada brunner bruton bryant budd buerger buerger burkitt burnett calot caplan cardarelli caroli"
    " castleman celsius chadwick chagas charcot chediak cheyne chiari child christmas chvostek churg clark claude cobb codman cockcroft colles"
    " conn connor coombs cooley cooper corrigan courvoisier cowden cowper coxsackie creutzfeldt crigler crohn crohns cronkhite cruveilhier"
    " cullen cushing dandy danlos darier davis deaver debakey denis dercum devic diamond dieulafoy digeorge dix doppler douglas down downs"
    " dressler dubin dubowitz duchenne duke dukes dupuytren durie duroziez ebstein edward edwards ehlers eisenmenger ekbom elevated ellis"
    " epley epstein erb erlenmeyer eustachian ewing fabry fagerstrom fallopian fallot fanconi farber felty finkelstein fisher fitz flint foley fontan"
    " fordyce forrest fournier fowler fox frank fraser freiberg frey friedreich friedewald frohlich froment fuchs fukuyama gallavardin galeazzi garden gardner"
    " gaucher gault gell gerstmann giemsa gilbert gilles gitelman glanzmann glasgow gleason goldblatt golgi goodpasture goodsall gottron gower graham gram"
    " graves grey grocott groshong guillain gustilo guthrie haglund hallpike hamilton hampton hansen hartmann hartnup hashimoto hashimotos hasson haversian"
    " heberden hegar heimlich heller henle henoch hering hesselbach hick hickman hirschsprung hodgkin hodgkins hoffmann hohl holter homan homans"
    " horner howell hunner hunt hunter huntington huntingtons hurler hutchinson jackson jaeger jakob janeway jansky jarisch jeghers jefferson jervell"
    " jones kallmann kaplan kaposi kartagener kasabach katz kawasaki kayser kearns kegel kehr kellgren kennedy kernig killip klatskin klebsiella"
    " kleihauer klinefelter klippel klumpke kocher koplik korotkoff korsakoff krabbe krukenberg kugelberg kussmaul lachman laennec lambert lanz lauren borrmann"
    " laurence leber legg legionella lemierre lennox leopold leriche lesch levey lewis lewy lhermitte libman liddle light likert linder liszt lisfranc"
    " listeria little loeffler lou louis ludwig lyme lynch macburney maddox madelung mallory mantoux marburg marcus marfan marfans marie markle martius mayo mazzotti"
    " mcardle mcburney mccune mcgill mcmurray meckel meig meigs melkersson menetrier meniere menieres ménière merkel milroy mirizzi mobitz moebius"
    " monro monteggia montgomery moro morton mosteller muller munchausen murphy mueller nelson niemann nissen nissl noonan norton norwood obrien"
    " oddi ogilvie ollier oppenheim ortolani osgood osler paget pagets pancoast papanicolaou pap parkes parkinson parkinsons parkland parvovirus"
    " patau patrick pel peutz peyer peyronie pfannenstiel phalen pick pierre plummer pompe potain pott potter prader pratt prinzmetal pringle purkinje"
    " queckenstedt quick quincke ramsay ramsey ranke ranson rathke raynaud raynauds recklinghausen reed refsum reiter rendu rett reye ribot richter ricketts"
    " riley ringer ringers rinne rocky rokitansky romberg rorschach roth rotor roux rovsing russell ryle salmonella salter sanger schatzki schatz scheuermann"
    " schilling schirmer schlatter schmorl schober schonlein schwann schwannoma seldinger sengstaken sever sezary sheehan shy simmonds simpson sims sipple"
    " sjogren sjogrens sjögren skene smith snellen spurling stanford starling steele stein sternberg stevens still stokes strauss sturge sudeck swan swann sweet"
    " swyer sydenham takayasu takotsubo tanner tay tenckhoff thomas thomsen thompson tietze tinel todd tommy tourette tourettes treacher treitz trendelenburg"
    " trousseau turcot turner tzanck unna vater vincent virchow vogt volkmann von waardenburg waldenstrom waldeyer wallenberg warburg warthin"
    " waterhouse watson weaver weber wegener wegeners wells wenckebach werdnig werner wernicke west westergren whipple wickham widal wilms wilson wilsons"
    " wirsung wiskott wolff wong wood wright yersinia young zellweger zenker ziehl zollinger ziehl-neelsen yankauer penrose jackson-pratt hemovac allen-test"
    " baker's broselow epi ommaya rickham denver huber coude malecot tenckhoff permacath bovie bard pigtail kocher hudson"
    " abbe abdallah aldrete allan alvarado amsler amyand aortoiliac asher ashworth austin-flint avellis babinski-weil bacon bair baltz barthelemy bassini"
    " batson bazin beall beevor behr bekhterev berry bielschowsky bierman birt bishop-koop blackfan blakemore blom bloom bloodgood bogota bohr bonney boston"
    " brescia bristow broviac brun brunnstrom burch burow burwell caffey cameron camitz camurati canavan cantlie capgras carey carnett carney carpentier"
    " casoni catterall chamberlain champagne chaput charnley chassaignac cheatle child-pugh chiene chopart cimino circle claes clerambault cloquet coats"
    " cockett collier colonna connell cope cori cornell costen cotard cotte cotton couinaud cox crampton credé crile crouzon crutchfield curling currarino"
    " cyriax dakin dalrymple dandy-walker darrach daubenton davies dawson dejerine delorme demons diels dixon dobhoff donath donohue doyle dubin-johnson"
    " ducrey duffy duhring dunphy dupre durand duret eagle eales eaton eck ehrlich ellsworth embden emmet engelmann english evan evans everett faget"
    " fajersztajn farabeuf faraday ferguson fick finney fitz-hugh flexner fogarty fontaine forbes fox-fordyce franseen freeman frenkel froin fuhrman furlow"
    " gaenslen gallie ganser gant ganz gartland gartner gasser gaussen gerbode gerota ghon gibbs gibson gigli girdlestone gissane godwin goldman goldenhar"
    " goldie golden golden-hour gomori gordon gorham gorlin gosselin graefe grafe grashey grawitz greenfield greulich grimes guedel guérin gunn guyon"
    " haggitt halsted ham hamman harada hare harrington harris harrison harrod hartel hasner haudek hawkins hayem heaf heath heller-dor helweg henderson"
    " hensen heparin herring hers hess heubner heyer hibbs highmore hill hippel hirst his hodge hoehn hoffa hollenhorst holmes hopmann hoover horton houston"
    " howship hueter hughes hutch ileum ivor jaboulay jacobson jadassohn jaffe jahnke jarvik jendrassik jobst jod johnson jolly jorgensen joubert kahler"
    " kahn kanavel kanner kantor karnofsky kasai kashin keith keller kelly kelman kerley kienbock kiesselbach kimmelstiel kimmerle kirby kirklin kirschner"
    " kleine kling koch koebner koenen koerte kohler kolmogorov konig kostmann kraske krause krönlein kulchitsky kuntscher kupffer kveim ladd lahey lambda"
    " langer langerhans langhans lapides larrey lasegue lasser latarjet lauge lawrence ledderhose lefort leishman leksell lembert lempert letournel leukeran"
    " levin levine levin-tube lich lichtenstein lieberkuhn ligat lignieres lindau lipschutz lister littre lockwood loewi lofgren looser lorenz lovset"
    " lowenberg lown luc lucey lugol luschka macewen mackay macleod maffucci magendie mahaim maisonneuve makuuchi malassez maligne mallampati malpighi"
    " manchester marchand marchiafava marjolin marshall martin mason masson mauriac mauriceau maydl mayer maylard mazabraud mcdonald mcgoon mckusick"
    " mclaughlin mcroberts mcvay meadows mendel mendelson menkes menzel mercier merrill meyer michaelis midline migliacci mikulicz millard miller milligan"
    " minor mitchell mittelschmerz miyazaki moeller mohs mollaret mondor monge monroe monson moore moran morel morgagni morgan morquio morris morrison morse"
    " morvan moschcowitz moynihan mowat muir murray mustard myerson naboth naegele naffziger nathanson neer nelaton neuhauser neumann newcastle nezelof"
    " nicoladoni nikolsky nitze noack nothnagel nottingham nuck ober ochsner ochoa odontoid ogston olerud omaya ondine opitz orr osborne osler-weber"
    " oswestry outerbridge owren pacini palla palmer panner papez papillon parinaud park parks parona passavant patey pauly pauwels pavlik payr pearson"
    " pecquet pelger pemberton pendred perls perthes peterson petersen petit phillips picchini piers pierson pilcher pinard pirquet plantar plummer-vinson"
    " poirier poland politzer porter poupart pozzi preiser preston prausnitz proetz proteus pugh putti quant quervain rabson radovici raeder rainville raji"
    " randall rapoport ratschow rau recamier redlich reese regan reinke reil reis retzius reynolds rich riedel riga rigler ritgen ritter robertson robson"
    " rockwood roger rolando roos rosen rosenbach rosenmuller rosenthal roser rothera rothmund roussy rouviere rubin rubinstein rutherford ryan sabin sachs"
    " saint salem salk salmon sampson samter sandhoff santorini sarnoff scarpa scarff schauta schmidt schmincke schnitzler schoemaker schuffner schuller"
    " schultz schwabach schwartz seashore seldin semmes senning sertoli shapiro sharpey shaw shenton shepherd sherman shiley shirodkar shone shouldice"
    " siegle silver silverman silvester simon sister sistrunk sjostrom smead smillie soave somogyi souques southey spalding spence spencer spens spetzler"
    " spiegel spigelius spitz spira sprengel st starr stauffer steinert steinmann stener stensen sternheimer stewart stierlin stoffel stookey stoppa"
    " strachan straus streeter stroop strumpell strunz stryker stuart sugiura sutton sylvius syme symonds tail taussig taylor tenon terry terson thane"
    " thiersch thorn thorel throckmorton thurston tichon todani toldt tolosa torek torkildsen toti toynbee treves trendelenberg trotter truelove tyrrell"
    " uhthoff ulick unverricht valsalva vancouver vaquez veau verner vernet veress vinson virchow-robin volhard volker waldenström walker wallace walther"
    " wangensteen warden wardrop warren wasserman weil weill weinberg weir weiss welch wellens wertheim wharton wheeler whitaker whitehead whitman whitmore"
    " widmark willis wilks williams winiwarter winkelmann winslow winterbottom wintrobe wolf wolman woods wormian wornom wrisberg yates yergason youden zahn"
    " zander zeis zieve zinn zung zuelzer tooth hicks braxton candida marchetti krantz sequard séquard hughes denny kaiser fleischer berg arbor robson charcot-leyden guillain-barre chiari-frommel marie-tooth jakob-disease lewy-body stein-leventhal heller-myotomy"
    " santyl pleurx ace buddy coban kerlix mepilex aquacel colles-fracture hickman-line powerport port-a-cath ashman bainbridge-reflex cotton-wool"
    " duke-criteria fitzpatrick goldmann hruby ishihara krukenberg-tumor lange mee muehrcke plica terry-nails beau-lines oxford glasgow-blatchford"
    " blatchford rockall ranson-score balthazar hinchey strasberg forrest-class savary los-angeles prague zargar spigelman amsterdam rome vienna barcelona"
    " tokyo-guidelines milan kyoto sydney rotterdam berlin geneva helsinki bethesda lugano montreal durie-salmon binet-stage rai stanford-type debakey-type"
    " crawford rutherford-class fontaine-stage wagner texas meggitt brodsky yosipovitch schatzker garden-type evans-jensen pauwels-type frykman mason-type"
    " salter-harris ogden weber-type lauge-hansen hawkins-type sanders-type thompson-test apley-test jobe hawkins-kennedy o'brien speed crank faber"
    " patrick-test thomas-test trendelenburg-gait waddell spurling-test lhermitte-sign hoffman moses pratt-test buerger-test allen-sign".split()
)

# What an eponym stands before; a name before one of these is the name of a thing.
# Eponyms of a given and a family name.
EPONYM_NAMES = frozenset(
    (
        "ann arbor,st john,robert jones,miller fisher,van nuys,lou gehrig,mary joseph,ivor lewis,austin moore,austin flint,marcus gunn,homer wright,argyll robertson,graham steell,mary joseph,sister mary joseph,jackson pratt,jackson rees,boston scientific,lloyd davies,pierre robin,russell silver,pierre marie,marie tooth,charles bonnet"
        ",gilles de la tourette,bright futures,mallory denk,mallory weiss,schiller duval,call exner,ramsay hunt,hunt hess,stewart hamner,edwards sapien,wright giemsa,stevens johnson,arnold chiari,prader willi,dandy walker,lesch nyhan,brown sequard,kasabach merritt"
        ",ellis van creveld,lown ganong,parkinson white,walter reed,johns hopkins,mayo scott,kelly clamp,heller dor,martin gruber,osgood schlatter,scott parker,allen masters,jarisch herxheimer,denver developmental,tyler turner,todd paralysis,bell palsy,william jones"
    ).split(",")
)
# What holds a person's name and means none, or somebody whom everybody knows.
FIXED = (
    "John Doe|Jane Doe|Jack Daniels?|Johnn(?:y|ie) Walker|Captain Morgan|Sam(?:uel)? Adams|Jim Beam|Jose Cuervo|Mary Jane(?= use)|Aunt Flo|Charley horses?|Doubting Thomas|Peeping Tom|Plain Jane|Lazy Susan|Dear John|Tommy John|Crystal Light|Dr\\.? Pepper|Mountain Dew|Sara Steady"
    "|Lincoln Logs|John Deere|Harley[- ]Davidson|Mercedes[- ]Benz|Martin Luther King|St\\.? Patrick's Day|Valentine's Day|Jack of all trades|Victoria's Secret|Virginia Slims|Mary Kay|Johnson (?:&|and) Johnson|Abbott|Eli Lilly|Bristol[- ]Myers|Smith (?:&|and) Nephew|Becton Dickinson"
    "|Miranda rights|Amber alert|Megan's Law|Kendra's Law|Katie Beckett|Ryan White|Hill-Burton|Baker Act(?:ed)?|Marchman Act|Le ?Fort|Denis Browne|Taylor Spatial|Parkes Weber|Cornelia de Lange|Treacher Collins|Osler-Weber-Rendu|Pierre Robin|Sister Mary Joseph|St\\.? John'?s [Ww]ort|Lou Gehrig'?s?"
    "|Robert Jones|Ann Arbor|Van Nuys|Johns Hopkins|Mayo Clinic|Walter Reed|Grace period|Mark the site|Elmo toy|Geri[- ]chair|Jay cushion|Santa Claus|Jesus(?: Christ)?|Virgin Mary|Gigli|Ford F\\d+|Schwab and England|Rey (?:figure|complex)|Hoehn (?:&|and) Yahr"
)

EPONYM_HEADS = frozenset(
    "rights alert figure frame splint toy cushion horse exercises exercise device devices inserts wort nursing nodule disease diseases syndrome syndromes sign signs phenomenon reflex test tests score scores scale scales criteria criterion classification class"
    " grade grading stage staging index hernias positive negative pollen ab ige igg catheter catheters tube drain drains clamp forceps forceps retractor line lines palsy paralysis fracture fractures"
    " dislocation deformity contracture contractures node nodes nodules lymphoma sarcoma tumor tumour tumors carcinoma anemia anaemia disease's thyroiditis"
    " dementia chorea ataxia neuroma cyst cysts abscess hernia diverticulum diverticula esophagus oesophagus ulcer ulcers gangrene angina arteritis"
    " procedure operation repair maneuver manoeuvre position incision approach method technique test formula equation law rule point triangle pouch"
    " duct gland glands body bodies cell cells stain staining agar virus fever esophagitis colitis ileitis purpura nephritis angiitis granulomatosis"
    " encephalopathy psychosis nephropathy murmur breathing respiration respirations monitor lamp loop fibers ganglion knife bandage boot collar solution"
    " lactate ringer syndrome, scan hip arthritis tendon tendonitis osteodystrophy muscular dystrophy coma bladder rings pressure"
    " protein proteins proteinuria rods block ventilation anomaly malformation tetralogy contractions contraction questionnaire inventory protocol trial study"
    " sulcus folds plication colposuspension suspension fundoplication myotomy anastomosis bypass shunt stent graft flap wire hose stocking stockings"
    " therapy variant conduction phase level levels zone stages type types ring plexus canal ligament fascia space gap angle ratio number numbers factor"
    " effect response gait posture facies nail nails crystals casts inclusion inclusions granules corpuscles membrane gas diet regimen brace splint cast"
    " traction pin pins plate plates screw nailing rod prosthesis valve balloon port pump needle trocar speculum hook clip clips suture knot dressing wrap"
    " roll tape bed mattress chair lift walker thermometer spirometer machine unit hood mask cannula bag valve-mask airway tubes stockinette z-plasty"
    " reflexes triad tetrad pentad circle spots spot patch patches bands band stripe plaque plaques rash tree palsies epilepsy aphasia delusion delusions"
    " amnesia seizure seizures gastritis retinopathy keratopathy dystrophies degeneration atrophy myopathy neuropathy neuropathies lymphadenitis pneumonia"
    " bacillus bacilli guidelines consensus subtype phenotype antigen antibody antibodies titer mutation gene translocation chromosome assay agglutination"
    " broth medium culture violet blue red orange green toxin phage fixation nodularity cirrhosis leukoplakia mole pigment freckles melanosis epithelioma"
    " papulosis osteotomy arthroplasty fusion arthrodesis tenodesis transfer reconstruction resection excision hysterectomy colpocleisis sling tension-free"
    " mesh prolapse rectopexy hemorrhoidectomy advancement sphincteroplasty pyloroplasty gastrectomy esophagectomy hepaticojejunostomy jejunostomy colostomy"
    " gastrostomy nephrostomy ureterostomy diversion procedure's retinaculum tubercle fossa foramen recess notch process crest spine bursa muscle nerve"
    " artery vein veins trunk lobe layer membrane's sinus sinuses lamina tracts tract nucleus nuclei commissure peduncle island islands cap interval wave"
    " waves complex tachycardia fibrillation arrhythmia bodies' dysplasia hyperplasia adenoma ependymoma ganglioneuroma sarcomatosis disease, disease."
    " fasciotomy escharotomy amputation disarticulation".split()
)

# Drugs, tests, anatomy, headings and the everyday words of notes that begin with a capital at the start of a line.
_WORDS_EN = """
allegra yasmin hugger gehrig consultant registrar rheumatologist hospitalist neonatologist intensivist nephrologist urologist gastroenterologist pulmonologist endocrinologist dermatologist ophthalmologist joint commission boston scientific medtronic abbott sister nodule epic zoom lyft uber medicare medicaid suite community faith-based

abdomen abdominal abilify ablation abnormal abscess acei acetaminophen acid active acute adalimumab adenocarcinoma adenoma admission admit admitted advair advil
affect afebrile airway albumin albuterol alcohol aldactone alendronate alert allergies allergy allopurinol alprazolam ambien ambulatory amiodarone amitriptyline
amlodipine amoxicillin anemia anesthesia angiogram angioplasty anterior antibiotic antibiotics anticoagulation anxiety aorta aortic apixaban appendectomy
appendicitis appetite appointment arm arterial artery arthritis arthroplasty ascites aspirin assessment asthma ativan atorvastatin atrial attending augmentin
azithromycin back bacteria bacterial bactrim basal baseline basophils benadryl benign bilateral bilirubin biopsy bipolar bisoprolol bladder bleeding blood blue body
bone bowel brain breast breath bronchitis bronchoscopy bumex bun bupropion calcium cancer captopril carcinoma cardiac cardiology cardiomyopathy cardiovascular care
carotid carvedilol cataract catheter catheterization cefazolin ceftriaxone celebrex celexa cellulitis cephalexin cervical cesarean chemotherapy chest chief
chlamydia cholecystectomy cholesterol chronic cipro ciprofloxacin cirrhosis citalopram clindamycin clinic clinical clonazepam clonidine clopidogrel clostridium
cognitive colace colectomy colitis colon colonoscopy complaint complains complications comprehensive computed concerta condition consent constipation consult consultation
continue contraceptive contrast copd cor coronary coreg cough coumadin covid cozaar cranial crackles creatinine crestor critical cultures current currently cyanosis
cymbalta cyst cystoscopy daily dapagliflozin daughter decadron deep delirium dementia denied denies dental depakote department depression dermatitis dermatology
dexamethasone diabetes diabetic diagnosed diagnosis diagnoses diagnostic dialysis diarrhea diastolic diazepam diet differential digoxin dilantin dilaudid diltiazem diovan
discharge discharged discussed disease disorder distal disposition diuretic donepezil dose dosing doxycycline drug drugs duloxetine duodenum dvt dyspnea ears echo
echocardiogram edema education ejection electrocardiogram electrolytes eliquis embolism emergency emphysema empagliflozin enalapril encephalopathy endocrine endocrinology
endometriosis endoscopy enoxaparin enterococcus eosinophils epinephrine erythema erythromycin escherichia escitalopram esophagus esomeprazole estradiol evaluation exam
examination exercise extremities extremity eyes family famotidine fasting father feels female femoral fentanyl ferritin ferrous fever fibrillation fibromyalgia findings
flagyl flexeril flomax flonase fluconazole fluid fluids fluoxetine fluticasone folate folic follow followup foot fosamax fracture furosemide gabapentin gallbladder gastric
gastritis gastroenterology gastrointestinal general genital genitourinary gerd glargine glaucoma glimepiride glipizide glucophage glucose glyburide gout gravida
gynecology haldol haloperidol hamstring hand head headache hearing heart helicobacter hematocrit hematology hemoglobin hemorrhage heparin hepatic hepatitis hernia
herpes hip history home hospital humalog human humira humulin hydralazine hydrochlorothiazide hydrocodone hydrocortisone hydroxychloroquine hyperlipidemia hypertension
hypertensive hypothyroidism hypoxia hysterectomy ibuprofen imaging imdur immune immunization immunizations immunology impression incision infarction infection
infectious infliximab influenza inhaler injection inpatient insulin integumentary intensive internal intestine intravenous iron irritable ischemic isosorbide januvia jardiance
jaundice jugular keflex keppra kidney klonopin knee labs laboratory lactate lamictal lamotrigine lanoxin lantus laparoscopic laparoscopy lasix latent lateral latissimus
left legs lesion letrozole leukemia levaquin levemir levetiracetam levofloxacin levothyroxine lexapro lidocaine lipase lipid lipitor liraglutide lisinopril lithium
liver loratadine lopressor lorazepam losartan lovenox lumbar lung lungs lupus lymph lymphocytes lymphoma lyrica macrobid magnesium male malignant mammogram
mammography management mastectomy medial medical medicare medicaid medication medications medicine melanoma meloxicam meningitis menopause mental metabolic
metastases metastatic metformin methadone methotrexate methylprednisolone metoprolol metronidazole migraine mild miralax mirtazapine mitral moderate monocytes
montelukast morphine mother motrin mouth mucinex mucosa multiple murmur murmurs muscle musculoskeletal myalgia mycobacterium myocardial naproxen narcan nasal nausea
neck negative neoplasm nephrology nerve nervous neurologic neurological neurology neurontin neuropathy neutrophils nexium nicotine nifedipine nitroglycerin
nodule none noncontributory normal norvasc nose novolin novolog nurse nutrition obese obesity objective obstetric obstruction obstructive occult occupational olanzapine
omeprazole oncology ondansetron ophthalmology oral organomegaly oriented orthopedic orthopedics osteoarthritis osteopenia osteoporosis otitis outpatient
ovarian overdose oxycodone oxycontin oxygen ozempic pacemaker pain palliative palpitations pancreas pancreatic pancreatitis pantoprazole para paralysis parenteral
paroxetine past pathology patient patients paxil pediatric pediatrics pelvic pelvis penicillin pepcid percocet perineal peripheral peritoneal pharmacy pharynx phenobarbital
phenytoin phosphorus physical physician pioglitazone placenta plan planned plaquenil plasma platelet platelets plavix pleural pneumococcal pneumonia pneumothorax podiatry
polyp polyps positive posterior postoperative potassium pradaxa pravastatin prediabetes prednisone pregabalin pregnancy prenatal preoperative present presents
pressure prevnar prilosec primary prior procedure procedures prognosis progress prolapse promethazine propofol propranolol prostate protein protonix proventil
proximal prozac psoriasis psychiatric psychiatry pulmonary pulse pupils quadrant quetiapine radiation radiology ramipril ranitidine rash reaction recommend
recommendations rectal rectum referral reflexes reflux regular rehabilitation remeron remicade renal repeat report reports resection respiratory respirations results
resuscitation retina retinopathy review rheumatoid rheumatology rhythm right risperdal risperidone ritalin rituximab rivaroxaban rosuvastatin routine salbutamol sarcoma
schizophrenia sciatica scoliosis screening secondary seizure seizures semaglutide sensory sepsis septum sergeant seroquel sertraline serum severe shigella shoulder
sigmoid simvastatin singulair sinus sinusitis sitagliptin skin sleep smoking social sodium soma son specimen spinal spine spironolactone spleen sputum stable staphylococcus status
stenosis stent sternal steroid stomach stool strattera strep streptococcus stress stroke subcutaneous subjective sulfa sulfamethoxazole sumatriptan supine supplemental surgery
surgical symbicort symptoms synthroid syncope systemic systolic tachycardia tacrolimus tamiflu tamoxifen tamsulosin tegretol telemetry temperature temporal tendon tenormin
testicular tetanus therapeutic therapy thoracic throat thrombocytopenia thrombosis thrush thyroid tiotropium tobacco tolerated toprol topamax topiramate toradol
tramadol transfer transfusion trauma trazodone treatment tremor tricuspid trimethoprim troponin trulicity tuberculosis tumor tylenol ulcer ulcerative ultrasound
ultram unremarkable upper ureter urethra urinalysis urinary urine urology uterine uterus vaccination vaccine vaginal valium valproate valsartan valtrex valve vancomycin varicella varicose
vascular vasculitis vasectomy vein venlafaxine venous ventolin ventricle ventricular verapamil vertigo viagra vicodin victoza viral vision vital vitals vitamin vitreous
vomiting warfarin wellbutrin wheezing white wound wounds xanax xarelto xray zantac zestril zetia zithromax zocor zofran zoloft zolpidem zoster zosyn zyprexa zyrtec
pembrolizumab nivolumab trastuzumab bevacizumab cisplatin carboplatin paclitaxel docetaxel doxorubicin cyclophosphamide vincristine oxaliplatin capecitabine gemcitabine
imatinib erlotinib gefitinib osimertinib everolimus sirolimus mycophenolate cellcept prograf azathioprine leucovorin folfox folfiri keytruda opdivo herceptin avastin
epic cerner medrol solumedrol pitocin rhogam depo mirena nuvaring adderall suboxone buprenorphine naloxone naltrexone benztropine cogentin sinemet levodopa carbidopa aricept namenda
memantine botox humulog lispro aspart detemir regular nph novo tresiba toujeo farxiga invokana entresto ranexa brilinta effient lovaza vascepa repatha praluent
blue cross shield humana aetna cigna medicaid eligible unitedhealthcare anthem kaiser tricare
alprostadil ethinyl norethindrone levonorgestrel oxytocin misoprostol leuprolide anastrozole fluorouracil tocilizumab remdesivir moderna pfizer biontech
salmeterol budesonide formoterol beclomethasone cetirizine diphenhydramine chlorpheniramine terbinafine acyclovir nitrofurantoin cefuroxime cefaclor
wbc rbc hgb hct mcv plt ast alt alp ldl hdl tsh psa inr ptt bnp crp esr egfr her2 hba1c a1c ekg ecg eeg emg mri cta pet bmi icu ccu nicu picu pacu osa ckd esrd cad chf
copd htn dm cva tia mi pe uti urti gi gu heent perrla rrr nad ctab jvd prn bid tid qid qhs npo iv im po sc sq pod hpi pmh psh ros sob doe cabg pci tavr lvef rvsp afib
enbrel stelara cosentyx skyrizi otezla xeljanz rinvoq dupixent orencia simponi actemra prolia boniva evista forteo reclast aclasta nplate savaysa
multaq tikosyn sotalol betapace rythmol tambocor bystolic zebeta procardia cardizem calan plendil benicar micardis avapro atacand prinivil altace
vasotec lotensin accupril catapres apresoline minoxidil demadex zaroxolyn inspra pravachol livalo lescol welchol tricor lopid niaspan leqvio nexletol
tradjenta onglyza steglatro glucotrol amaryl actos byetta bydureon rybelsus mounjaro zepbound wegovy saxenda basaglar apidra fiasp afrezza symlin
levoxyl armour cytomel tapazole propylthiouracil cortef florinef prednisolone solu-medrol kenalog depo-medrol celestone nasonex rhinocort azelastine
claritin allegra xyzal atarax vistaril periactin dulera breo trelegy spiriva incruse anoro stiolto combivent duoneb xopenex proair pulmicort qvar
flovent prevacid aciphex dexilant tagamet carafate reglan phenergan compazine tigan marinol emend bentyl donnatal librax imodium lomotil senna senokot
dulcolax lactulose amitiza linzess trulance relistor movantik xifaxan asacol lialda pentasa colazal entyvio norco lortab roxicodone opana kadian
duragesic nucynta subutex vivitrol mobic voltaren naprosyn aleve ofirmev gralise savella robaxin skelaxin zanaflex baclofen lioresal restoril lunesta
sonata belsomra luvox effexor pristiq viibryd trintellix elavil pamelor tofranil sinequan anafranil nardil parnate rexulti vraylar latuda geodon
invega clozaril prolixin thorazine saphris fanapt caplyta lithobid trileptal zonegran vimpat cerebyx briviact onfi aptiom fycompa sabril banzel exelon
razadyne mirapex requip neupro azilect xadago comtan amantadine artane ingrezza austedo imitrex maxalt relpax zomig frova nurtec ubrelvy aimovig ajovy
emgality copaxone avonex rebif betaseron tecfidera gilenya aubagio ocrevus tysabri kesimpta ampyra vyvanse focalin intuniv provigil nuvigil chantix
nicorette amoxil omnicef ceftin rocephin ancef cefepime maxipime fortaz unasyn merrem invanz primaxin azactam vancocin zyvox cubicin cleocin septra
avelox biaxin vibramycin minocin tindamax diflucan vfend noxafil cresemba mycamine cancidas eraxis ambisome nystatin lamisil zovirax famvir xofluza
paxlovid veklury truvada descovy biktarvy genvoya tivicay isentress prezista harvoni epclusa mavyret baraclude vemlidy isoniazid rifampin ethambutol
pyrazinamide malarone coartem albenza stromectol praziquantel myfortic rapamune zortress imuran neoral sandimmune simulect thymoglobulin rituxan
ocrelizumab soliris yervoy tecentriq imfinzi perjeta kadcyla enhertu erbitux vectibix tagrisso tarceva iressa gilotrif alecensa xalkori lorbrena
ibrance kisqali verzenio faslodex femara arimidex aromasin lupron zoladex firmagon casodex xtandi zytiga erleada gleevec sprycel tasigna imbruvica
calquence venclexta revlimid pomalyst thalomid velcade kyprolis darzalex xgeva zometa neulasta neupogen procrit aranesp epogen venofer feraheme
injectafer ferrlecit taxol taxotere abraxane gemzar alimta adriamycin cytoxan ifex oncovin velban navelbine xeloda folfirinox lonsurf stivarga nexavar
sutent votrient cabometyx lenvima inlyta versed diprivan precedex ketamine ketalar etomidate amidate nimbex rocuronium zemuron vecuronium
succinylcholine anectine sugammadex bridion neostigmine glycopyrrolate robinul marcaine bupivacaine naropin exparel xylocaine levophed norepinephrine
vasopressin neosynephrine phenylephrine dobutamine milrinone primacor dopamine nipride nitroprusside cleviprex nicardipine cardene esmolol brevibloc
labetalol adenocard cordarone argatroban angiomax arixtra fragmin alteplase activase tnkase kcentra praxbind andexxa amicar cyklokapron tranexamic
protamine dantrolene ryanodex intralipid acetylcysteine mucomyst fomepizole digifab crofab kayexalate veltassa lokelma renvela phoslo sensipar zemplar
hectorol calcitriol ergocalciferol aerosol aloe gatorade glucerna jevity osmolite nepro boost pediasure enfamil similac pedialyte cheerios advocate
alaris pyxis omnicell medline hill-rom zoll lifepak draeger masimo nellcor zimmer biomet synthes uber lyft zoom
facetime tinder google amazon walmart costco netflix ipad iphone kindle fitbit garmin dexcom libre omnipod tandem minimed sharps admitting attends
ambulated advised alerted appeared awoke arrived assisted attempted awake biopsied bilaterally blind cautioned cleared closed cleaned complained
concern concerns consented continued continues counts covered dated deferred deny developed dictated directed dispensed doses drank dressed drained
drowsy educated elevated emergent endorsed endorses enrolled evaluated excellent exams extubated failed feeding forwarded frail frequent gained gross
handed headed healing hemodynamically holding hospitalized hydrated identified ill implanted indications infused inserted interim intubated involved
irrigated known labeled lethargic located logged lying managed marked measured mildly monitoring mother's narcotics needing observe observed ongoing
orally ordering otherwise pale pending planning pleasant preop prepped previous previously prognostic prolonged prophylaxis proven pt pts pulled
pulses quiet radiating random ranges rarely reassess reassured recommended recovered recovering reduced refills refuses related relates remained
rendered repeated repositioned responded responds rested resting resumed retired rinsed room rounded ruled scans screened sedated sedation seemed
severely shared shortness sibling single sips sitting skilled slept slightly sluggish smoked smoker sore soft speech spent staffed stapled stating
sterile strained strength subsequently suctioned suspected sutured swelling symptomatic tapered tearful tender tenderness tested therapies tolerates
tongue tracheostomy transferring transitioned treated triage triaged turned twice typical ultimately unchanged unclear underwent uneventful unlikely
unresponsive unwell updated urgent vaccinated varied ventilated verbal viewed voided voiding waiting walked warm watched weaned weak weight wheezes
widowed withdrew woke wore worsening written yellow regimen rounds teams hospitalist intensivist interventional fellow intern attendings overnight
evening afternoon weekend nightly weekly monthly hourly noon midnight bedtime breakfast lunch dinner
monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december today yesterday tomorrow
christmas thanksgiving easter ramadan
american asian african caucasian hispanic latino latina chinese english spanish french german italian japanese korean vietnamese mandarin cantonese jewish catholic christian
""".split()
# Plain words a capital makes look like a name: verbs and the like that begin a line or a heading.
_PLAIN_EN = """
victim suspect perpetrator complainant evaluee defendant claimant bystander caretaker donor recipient subject appreciate acknowledge attending addendum overnight interim staffed collateral informant attestation chaperone bedside handover signout dispo copies
cap cf mgmt reassess resume hold holding wean trend titrate replete bolus infuse obtain order ordered encourage educate educated advise instruct instructed remind reminded offer offered assist assisted ambulate ambulating transport notify page paging repeat rule consider avoid limit increase decrease taper switch restart initiate maintain optimize optimise await awaiting arrange arranged book booked chase liaise ensure escalate clarify confirm document verify witness witnessed supervise supervised precept sign signing cosign
constant scheduled unscheduled elective urgent emergent routine interval preop postop intraop periop anterior
estrostep macular choriogonadotropin gonadotropin
if when symptoms worsen worsens worsened lights bougie fortnite marlboro tigrinya amharic tagalog
drs messrs profs abate alder ball barrow beach birch black blind bland blunt bonnet booth bowling bravo brewer bunch bunker burger bush camp carrier cave champion chew cloud clover coffin comer corral cotter crane crook crouch crow crump curt cutter dame dancer darling
deal dent dial dill dodge dove dowdy dye earl earnest eddy edge elder fair falcon fielder fine fink fish fleck flood flower fortune foster fountain fry funk gage gale gallant gamble garner garrison gates gee gentry gore gosling gravel groves guest haddock
hammer harness harp hatch herb holder hooker hooks hopper huff hull hurt joiner karma keel kidd kitchen knoll laird lander lark layman lea leach leger lemon link locke lodge loving luster lye mace major marrow marshal masters mat maze mead meek merchant merry
mina minor mock mort mount mull muse outlaw pack packer pan parish parrot parsley parsons pass pastor peacock peak peck pelt piper plaza pointer pond pool poor poppy prater pray precious prior proctor provost ransom redding reel render ridge roach rocky root
roper rouse ruff rust rusty sack salmon sander sang savage seal seaman season senior settle shaver shook shore skipper slack slaughter sledge speck spiller springer stack steed steward stoner storey storm story stout stover strange stringer stump sturgeon
sweat swift tad talon tang tart tawny teal teller thatcher thrasher tiller tin tinker tower trout twist urban vale vane wagoner wander ware waterman waters weed whiting wick wicker wilt windy wing withers wooden worthy wren
able about above according across actually additional additionally address adjust administer after again against age aged agree agreed all along already also although always ambulates
and another any anyone appears apply are around arrange arrives as ask asked assist at attempt available avoid away awaiting bathing because bed been before began begin behind being below
best better between beyond book both bring brought but buy by call called came can cannot caregiver change changed check checked child children choose clear client close cold come
comes comfort comments common complete completed confirmed consider considered contact contacted cooperative counseled counselled couple course cream current customer date day days deceased declined
default denies despite details did discontinue do does done down draw drink driver drop during each early eat eats either elderly encourage encouraged end ended ensure entire every
everyone evidence exactly examined except expected explained express expresses extra face fall falls far feel felt few file fill final find first five floor for form forward found four free
friend from full further gave get gets give given gives giving glad go goals goes going good got gradually great group had happy hard has have he hello help her here hers herself hey hi high him his hold
hope house how however i if immediate improved in include including increase increased independent indicated initial initially inside instructed instructions intact intermittent into is issue it
its just keep know large last late later learn left less let letter life like likely line list little live lives living long look looking looks lost lot low made mainly make makes man many mass maybe me
meals meet meeting member men met middle minimal minute minutes miss missing monitor monitored month months more morning most mostly move moved mr mrs ms much must my name need needed needs never new
next night no nobody nor not note noted notes nothing notice notified now number obtain obtained occasional of off offered often old on once one only onset open option or order ordered orders other our out outside over overall own
paid paperwork part partner pay per perform performed person phone place placed play please point possible post preference preferred prescribed presented problem problems provide provided
provider put question questions quick quit quite ran rather reach read ready really received recent recently recheck record records refer referred refill refuse refused regarding relevant remain
remains remove removed reported request requested requests require required requires resident resolve resolved rest restart result return returned returns reviewed run said same saw say says schedule
scheduled school second see seen self send sent set several she should show showed shows sign signed significant since sister small smokes so some someone soon speak spoke staff start started state
stated states stay still stop stopped street strict strong such suggest sure take taken takes talk tell ten thank thanks that the their them then there therefore these they thing think this those three through thus time times
to together told tolerating too took total toward transferred transported tried try trying turn two under unable understands unit unknown unless until up update upon use used uses using usual usually
verbalized verbalizes verified very via visit visits vs wait walk walks want wants was wash watch way we week weeks well went were what when where whether which while who whole why wife will with
within without woman women work worked works worse would write wrote year years yes yet you your
coli aureus difficile pylori pneumoniae influenzae albicans epidermidis rouleaux levsin roxanol baby girl boy newborn infant twin carbon dioxide epithelial cells epoetin alfa clavicle siemens medtronic philips gehealthcare roche abbott dad mom mum papa mama urea nitrogen threads mucus pollen walnut latex dander strip advance agent ambulance avenue bag beauty bill biscuit brother bus card chair city company computer country dear doctor dr email estate eyebrows factor false file fund furniture garden glass
god government hospice hotel husband id interest job kit lab law mass member mobile money music nation native network note office page parent plan policy population power prime professor
project public quality quote radio rate resource safety sample score section security senior series service services session setting shift site sir smoke society source special spouse stage standard student study
success summary support system table target task team test tool topic training trial true type user value version video volume vs warning website window word world zone
""".split()
WORDS_EN = frozenset(_WORDS_EN) | frozenset(_PLAIN_EN)

# Beginnings of Chinese terms, the eponyms first, that a name model takes for a person or a place.
EPONYMS_ZH = (
    "帕金森 阿尔茨海默 阿尔兹海默 克罗恩 克隆 霍奇金 川崎 布加 巴德 格雷夫斯 桥本 库欣 阿狄森 艾迪生 唐氏 马凡 马方 雷诺 梅尼埃 美尼尔 吉兰 巴雷 格林 贝尔 亨廷顿 肝豆 威尔逊"
    " 舍格伦 干燥 白塞 贝赫切特 瑞特 赖特 韦格纳 伯格 爱德华 帕陶 特纳 克氏 杜氏 杜兴 贝克 法洛 艾森曼格 巴宾斯基 霍夫曼 布鲁津斯基 克尼格 凯尔尼格 墨菲 麦氏 麦克伯尼 罗夫辛"
    " 阿普加 格拉斯哥 巴塞尔 巴氏 瓦氏 瓦尔萨尔瓦 洛贝林 福莱 弗雷 福勒 柯莱斯 科利斯 史密斯骨折 孟氏 盖氏 巴雷特 佐林格 梅克尔 希氏 浦肯野 埃布斯坦 戈谢 法布里 尼曼 庞贝"
    " 沃尔夫 预激 史蒂文斯 约翰逊综合征 斯蒂尔 费尔蒂 高雪 范可尼 巴特 吉特曼 利德尔 康恩 席汉 卡尔曼 柯萨奇 埃博拉 沙门 志贺 李斯特 莱姆 卡波西 伯基特 尤文 维尔姆斯 施万"
    " 华勒 哈钦森 奥斯勒 詹韦 康复新 海默 杜加 托马斯 阿司 罗姆伯格 龙贝格 拉塞格 直腿 伦博 温氏 沃纳 普秦 格里森 马乔林 库瓦西耶 惠普尔 毕罗 苏木 吉姆萨 革兰 齐尔 瑞氏 林格"
    " 陈旧 高血压 严重 黄疸 白细胞 何杰金 洪水 施虐 梅毒 梅核 龙胆 石膏 金葡 金黄 胡萝卜 雷米 雷贝 雷尼 罗红 罗格 罗库 安定 安慰 安氏 康柏 文拉 舒芬 舒张 华法林 华支睾 邓肯 范围"
).split()
DRUGS_ZH = (
    "蒙诺 拜唐苹 安立泽 佳维乐 易瑞沙 特罗凯 凯美纳 泰瑞沙 艾瑞妮 福可维 安维汀 赫赛汀 美罗华 格列卫 多吉美 索坦 阿斯美 加斯清 得舒特 怡诺思 赛乐特 左洛复 来士普 欣百达 黛力新 思瑞康 再普乐 维思通 奥兰之 开普拓 艾恒 艾坦 乐沙定 希罗达 健择 泰素帝 多美素 爱必妥 恩度 乐凡命 乐瑞卡 寿比山 海博麦布 倍林达 雅施达 科素亚 优泌林 格华止 亚莫利 捷诺维 欧唐宁 达美康 思力华 信必可 舒利迭 万托林 普米克 顺尔宁 切诺 洛赛克 耐信 波利特 潘妥洛克 达克普隆 吗丁啉 美平 泰能 斯沃 科赛斯 大扶康 威凡 舒普深 特治星 诺欣妥 安达唐 欧唐静 可善挺 修美乐 恩利 类克 雅美罗 尚杰 捷恪卫 泽布替尼 百泽安 拓益 达伯舒 艾瑞卡 欧狄沃 可瑞达 泰圣奇 英飞凡 赛可瑞 安圣莎 利普卓 则乐 爱博新 艾多 诺雷得 抑那通 达菲琳 曲普瑞林 亮丙瑞林 戈舍瑞林 诺扬 凯纷 特耐 西乐葆 安康信 扶他林 芬必得 泰诺林 美林 散利痛 百服宁 开瑞坦 仙特明 恩瑞格 罗盖全 钙尔奇 福善美 密盖息 易善力 天晴甘美 美能 思美泰 优思弗 百赛诺 博路定 韦立得 贺普丁 代丁 素比伏 派罗欣 佩乐能 凯因益生 丙种球蛋白 力蜚能 速力菲 怡泼津 益比奥 利血生 惠尔血 吉赛欣 特比澳 巨和粒 尤瑞克林 恩必普 必存 凯时 前列地尔 贝前列素 西洛他唑 培达 安步乐克 沙格雷酯 克赛 速碧林 法安明 拜瑞妥 泰毕全 艾乐妥 "
    "阿司匹林 氯吡格雷 替格瑞洛 华法林 利伐沙班 阿托伐他汀 瑞舒伐他汀 辛伐他汀 美托洛尔 比索洛尔 氨氯地平 硝苯地平 缬沙坦 厄贝沙坦 氯沙坦 培哚普利 依那普利 卡托普利 呋塞米 螺内酯"
    " 二甲双胍 格列美脲 格列齐特 阿卡波糖 西格列汀 达格列净 恩格列净 甘精胰岛素 门冬胰岛素 诺和灵 诺和锐 来得时 拜糖平 拜新同 拜阿司匹灵 拜阿司匹林 波立维 立普妥 可定 倍他乐克 络活喜 代文 安博维"
    " 奥美拉唑 兰索拉唑 泮托拉唑 雷贝拉唑 法莫替丁 多潘立酮 莫沙必利 蒙脱石散 头孢曲松 头孢呋辛 头孢克肟 阿莫西林 左氧氟沙星 莫西沙星 阿奇霉素 克拉霉素 罗红霉素 甲硝唑 万古霉素 美罗培南"
    " 亚胺培南 利奈唑胺 伏立康唑 氟康唑 奥司他韦 阿昔洛韦 恩替卡韦 替诺福韦 干扰素 泼尼松 甲泼尼龙 地塞米松 氢化可的松 布地奈德 沙美特罗 孟鲁司特 氨茶碱 沙丁胺醇 特布他林 氨溴索 布洛芬 对乙酰氨基酚"
    " 塞来昔布 曲马多 吗啡 芬太尼 舒芬太尼 丙泊酚 咪达唑仑 利多卡因 罗哌卡因 罗库溴铵 多西他赛 紫杉醇 顺铂 卡铂 奥沙利铂 卡培他滨 吉西他滨 培美曲塞 吉非替尼 奥希替尼 厄洛替尼 伊马替尼 贝伐珠单抗 曲妥珠单抗"
    " 利妥昔单抗 帕博利珠单抗 信迪利单抗 替吉奥 他莫昔芬 来曲唑 甲氨蝶呤 环磷酰胺 羟氯喹 来氟米特 他克莫司 环孢素 吗替麦考酚酯 左甲状腺素 优甲乐 甲巯咪唑 丙硫氧嘧啶 骨化三醇 阿仑膦酸钠 唑来膦酸 别嘌醇 非布司他"
    " 秋水仙碱 奥氮平 喹硫平 利培酮 舍曲林 艾司西酞普兰 帕罗西汀 米氮平 劳拉西泮 阿普唑仑 氯硝西泮 丙戊酸钠 卡马西平 左乙拉西坦 多巴丝肼 美多芭 普拉克索 多奈哌齐 美金刚 低分子肝素 依诺肝素 尿激酶 阿替普酶"
    " 氯化钾 氯化钠 葡萄糖 碳酸氢钠 甘露醇 白蛋白 丹参 丹红 血塞通 银杏叶 逍遥丸 六味地黄丸 连花清瘟 安宫牛黄丸 云南白药 川贝 黄芪 黄连 黄芩 甘草 白术 白芍 当归 熟地 柴胡 麦冬 金银花 何首乌 党参 茯苓"
).split()

# Where a name model sees a person in Chinese notes, and there is none.
NOT_A_NAME_ZH = frozenset(
    "满意 古稀 空蝶鞍 景泰蓝 景观 景区 盛夏 盛饭 盛京 杨桃 曾祖 肖像 史努比 史前 史料 青大叶 古蔡法 孙思邈 曹操 家长 导诊 助手 技师 高热 高烧 高血压 高血脂 高血糖 高尿酸 高钾 高钠 高度 高危 高龄 高位 高中 黄疸 黄染 黄色 黄痰 黄绿 黄体 白细胞 白带 白色 白斑 白蛋白 白痰 白内障 于昨 于今 于次 于当 于外 于我 于某 于入 于术 于上 于下 于院"
    " 于门诊 于急诊 曾于 曾有 曾在 曾因 曾行 曾服 曾用 时有 时感 时而 时伴 何时 何种 何处 平素 平时 平卧 平稳 平车 平均 安静 安全 安慰 安排 安返 严重 严格 严密 严禁 经常 经过 经治 经急 经门 经给 经我 经抗 经行 经当"
    " 全身 全腹 全麻 全科 全血 全程 全部 水肿 水平 水样 水电 向前 向下 向上 向家 向患 和谐 和患 毛发 毛细 毛囊 常规 常见 常有 常年 常伴 方法 方面 方可 方便 方案 温度 温水 温和 凌晨 万分 麻醉 麻木 麻痹 单纯 单位 单侧 单独"
    " 单次 解除 解释 解热 解大 解小 解稀 解黑 查体 查看 查房 查血 查头 查胸 查见 明显 明确 石膏 石化 花粉 路上 路途 项目 成人 成分 成功 终止 宣教 管理 管路 任何 班内 从未 从事 有时 有无 有效 能力 能够 能自 后期 后续 后出 都有"
    " 公分 计划 应用 应予 应当 应激 关节 关于 关注 江湖 党员 满意 满月 充分 充血 充盈 通畅 通气 通过 步行 步态 居住 居家 荣格 家属 家人 家中 家族 家里 干咳 干燥 干预 左侧 左下 左上 左肺 左肾 左乳 左手 左眼 左膝 左足 右侧 古怪 甘油"
    " 康复 舒张 舒适 华法 文化 文盲 盛行 景象 金属 金黄 金葡 米粒 麦粒 车祸 车床 游走 冷汗 冷敷 冷痛 乐观 边界 边缘 官能 支气 支架 支具 支持 支原 练习 冼净 水泡 水痘 水钠 沙眼 沙门 沙星 商量 燕窝 席汉 师傅 元素 季节 毕业 强直 强化 强心"
    " 连续 连同 富含 谷丙 谷草 谷氨 胡言 胡萝 胆固 段落 段性 侯诊 童年 颜色 颜面 洪亮 贺词 龙胆 雷诺 雷击 雷贝 钱币 汤药 汤剂 施行 施术 施予 牛奶 牛肉 牛皮 葛根 葛粉 易激 易疲 易怒 易饥 易出 易感 齐全 齐备 伍用 欧洲 纪录 纪要 宁静 丁酸 丁胺"
    " 丁丙 卓越 司法 冉冉 屈曲 屈光 屈肌 谈话 包块 包裹 包膜 包扎 包皮 房颤 房室 房性 房间 滕黄 阳性 阳痿 阳台 储存 栗色 应对 支撑 杭白 柏油 柏子 熊去 熊胆 鲍曼 苗条 苗族 简单 简易 汪汪 顾虑 顾及 祝愿 申请 申诉 郎飞 尤其 尤文 空腹 空洞 空气 空肠 曲张 曲线 曲马"
    " 别名 别嘌 须知 须要 相关 相应 相对 后来 后遗 红肿 红细 红斑 红疹 红润 红色 权衡 盖膜 桓常 公斤 归脾 海马 海绵 法医 法洛 付费 付出 代谢 代偿 代诉 代述 岩石 墨绿 墨菲 赏识 年龄 年轻 年老 年前 年来 年余 年后 爱人 爱好 占位 占据 洒水 敏感 苏醒 闭合 闭经 闭塞 线样 线性 油腻 青紫 青霉 青光 青年 才能 招呼 泥沙 底部 相差 撒谎 辛辣 辛伐 单抗"
    " 家属代 家属诉 家属述 患者 病人 病员 母亲 父亲 儿子 女儿 丈夫 妻子 配偶 子女 本人 自己 医生 护士 医师 主任 同志 阿姨 老人 老年 小儿 幼儿 婴儿 新生儿 产妇 孕妇 男性 女性 无特殊 无异常 无明显 无不适 不详 未婚 已婚 离异 丧偶 汉族 农民 工人 职员 退休"
    " 康复科 呼吸科 心内科 神经科 骨科 外科 内科 妇科 产科 儿科 眼科 肿瘤科 急诊 门诊 宣教 沟通 何首乌 常有 常伴 白天 白昼 夜间 晨起 毛玻璃 白血病 白癜风 黄斑 黄瘤 江米 路径 包含 时间 时候 成形 成熟 单核 全脑 全胃 全子宫 全髋 全膝 水冲 石头 石淋 麻疹 麻杏 温经 温胆 温补"
    " 平滑 平喘 平衡 严谨 安眠 安定 高低 高分 高频 高流量 高胆 高脂 高蛋白 高原 高压 高渗 黄芪 黄连 黄芩 方颅 方肌 施压 康柏 文献 查因 解痉 解毒 解剖 明胶 明视 林格 林可 梅毒 梅花 梅尼 金标 石蜡 叶酸 叶状 余无 余未 余正 余可 余肺 余同 余各 余者 余查 余患 余与 余阴 余血 余部 余脏 余量 余热 余氯"
    " 方剂 郁金 高良姜 金水宝 黄葵 白及 白芷 白果 白扁豆 白薇 白蔹 白鲜皮 白头翁 白茅根 白豆蔻 白花蛇 白附子 白前 白矾 白酒 白粥 白开水 白肉 白菜 白糖 杨柳絮 黄连素 羊水清 安达唐 安吉曼 黄精 黄柏 黄药子 黄酒 黄豆 黄瓜 黄鱼 黄花"
    " 金钱草 金樱子 金荞麦 金匮 金刚 金霉素 金纳多 金黄膏 石斛 石韦 石决明 石菖蒲 石榴 石楠 石灰 石油 石英 连翘 连心 水蛭 水牛角 水飞蓟 水合 水杨酸 水胶体 水囊 水中分娩 水封瓶 水疱 水果 水产 葛洪"
    " 苏子 苏叶 苏木 苏打 苏合香 苏梗 苏灵 杜仲 杜冷丁 杜密克 杜非合剂 杜鹃花 杜蛎 党参片 柏树 桂枝 桂圆 桂附 桂皮 桂花 桑叶 桑葚 桑枝 桑白皮 桑寄生 桑椹 姜黄 姜汁 姜酒 姜片 柴胡 花椒 花生 花菜"
    " 花茶 花纹 花束 花篮 麦芽 麦地霉素 麦角 麦滋林 麦考 麦默通 麦粒肿 麦氏 马钱子 马齿苋 马应龙 马来酸 马尾 马蹄 马鞍 马凡 马方 马斯 马罗 马桶 牛黄 牛膝 牛磺酸 牛眼 牛蒡子 牛羊肉 龙血竭 龙牡"
    " 龙骨 龙眼 龙葵 鱼腥草 鱼肝油 鱼刺 鱼油 鱼精蛋白 鱼鳞 鱼虾 熊去氧 鹿茸 鹿角 鹿血 燕麦 海蜇 海螵蛸 海鲜 海藻 海带 海绵状 海洛因 海棠合剂 海姆立克 安宫 安神 安他唑啉 安坦 安理申 安立生坦"
    " 安罗替尼 安可 安乃近 安吉 安多 安达 安素 安瓿 安装 安胎 安抚 安维汀 安痛定 安易 安博诺 安伯 安琪酵母 安眠药 安贞 安罗 安全带 安置 安氏 康惠尔 康莱特 康柏西普 康莱 康妇 康艾 康忻 康士得 康泉"
    " 康健 康乐 康王 康维 康替 康氏 康唑 欧唐静 欧唐宁 欧来宁 欧兰宁 欧贝 欧姆龙 和血 和胃 和平 和中 和解 和缓 平片 平扫 平滑肌 平台期 平板 平视 平肝 平躺 平静 平路 平地 平行 平坦 平安 平消"
    " 万汶 万托林 万艾可 万古 万特普安 万爽力 万络 万珂 万一 雷替 雷莫 雷珠单抗 雷帕霉素 雷公藤 雷火灸 雷尼 雷酚 贝那普利 贝那鲁肽 贝复济 贝特 贝伐 贝前列素 贝克 贝伦 贝壳 贝氏 贝叶 贝赫 舒血宁"
    " 舒普深 舒必利 舒肝 舒乐安定 舒利迭 舒尼替尼 舒降之 舒张期 舒筋 舒芬 舒缓 舒更 舒林 舒巴坦 罗氏 罗沙司他 罗替高汀 罗非昔布 罗派卡因 罗音 罗格 罗库 罗盖全 罗汉果 罗通定 罗氟司特 华佗 华蟾素"
    " 华素片 华支睾 华氏 伊马 伊立替康 伊布替尼 伊曲康唑 伊托必利 伊伐布雷定 伊贝 伊班 伊红 伊米 伊诺 伊顿 伊文思 伊可新 伊维菌素 伊沙佐米 贾第 贾第虫 谷胱甘肽 谷维素 谷氨酰胺 谷红 谷物 谷赖 谷参"
    " 古拉定 艾司 艾迪 艾普拉唑 艾塞那肽 艾滋 艾叶 艾灸 艾瑞昔布 艾瑞妮 艾可拉 艾曲 艾拉莫德 艾司洛尔 艾克 艾附 艾森 艾特 艾条 艾度 艾美 艾维 艾氏 依帕 依巴斯汀 依托 依那 依达拉奉 依诺 依折 依西"
    " 依维 依赖 依从 依次 左甲 左乙 左卡尼汀 左氧 左炔诺 左旋 左房 左室 左束支 左冠 左主干 左前 左回旋 左心 左肝 左中 左颈 左髋 左额 左顶 左枕 左颞 左基底 左胸 左腰 左大 左小 左拇 左右 左西"
    " 左边 左半 左氏 司维拉姆 司坦唑醇 司美格鲁肽 司库 司莫 司他夫定 司帕 单硝酸 单药 单孔 单腔 单胺 单羧 单发 单个 单向 单胎 单绒 单人 单间 单光子 单克隆 单极 单剂 单倍 单采 单肺 单眼 单足"
    " 常春藤 常人 常态 常在 常温 常出 常感 常咳 常因 常服 常用 常以 常呈 常与 干酪 干啰音 干性 干眼 干姜 干细胞 干重 干粉 干湿 干扰 干结 干净 干呕 干裂 干瘪 干体重 干化 干枯 应激性 应答 应急"
    " 应行 应考虑 应注意 应警惕 应与 应避免 应进一步 应及时 应加强 应做 应定期 应先 应尽 应酬 经皮 经食 经颅 经腹 经阴道 经桡 经股 经鼻 经口 经外 经内镜 经验 经期 经量 经血 经产 经典 经尿道 经胸"
    " 经支气管 经评估 经查 经对 经家 经药 计数 计量 计算 计入 计时 计分 全肺 全脂 全日 全层 全秃 全口 全主 全结 全院 全家 全面 全舌 全盆 全长 全段 全膀胱 向心 向后 向左 向右 向外 向内 向其"
    " 向量 后壁 后叶 后段 后枕 后颈 后背 后腹 后予 后转 后因 后行 后复 后方 后纵 后交 后循 后路 后穹 后半 后者 后逐 后症 后未 后无 后给 后又 后再 后至 后于 后在 后继 后自 后拔 后间 后即 后改"
    " 后多 后稍 后可 后好 后缓 后明 后感 后仍 后病 后入 后到 后停 后查 时呈 时发 时有时无 时常 时断 时相 时长 时测 时可 时见 时出 时患 时无 时予 时诊 时许 时左 时突 时行 时查 余年 余次 余天"
    " 余月 余周 余小时 余分 余例 余斤 余厘米 余毫升 余岁 余肝 余胰 余检 余待 余如 余器 余均 余继 余治 余留 余淋 余脾 余心 余神 余椎 余骨 余腹 余胸 余关 余双 余左 余右 余肢 余壁 余体 余实 余鼻"
    " 余项 于是 于左 于右 于腹 于局 于全 于静 于心 于超 于胃 于20 于家 于凌 于早 于晚 于夜 于下午 于上午 于中午 于活 于进 于饭 于餐 于劳 于情 于受 于产 于孕 于本 于该 于此 于近 于去 于同"
    " 于床 于手 于足 于头 于胸 于颈 于肺 于肝 于肾 于脐 于患 于就 于发 于社 于县 于市 于省 于区 于乡 于镇 于学 于单 于工 于田 于路 于车 于夏 于冬 于春 于秋 于洋地 于年 羊水 羊膜 羊角 羊肉"
    " 羊毛 羊癫 羊奶 许多 许可 许愿 何氏人 何人 何首 何以 何谓 何况 成角 成瘾 成骨 成纤维 成红 成团 成簇 成片 成年 成员 成立 成长 成正 成组 成像 成都 成堆 成块 成比 曲安奈德 曲妥 曲美他嗪 曲面"
    " 曲霉 曲前列 曲唑酮 曲克 曲格 曲细 曲折 曲菌 曲普 曲伏 曲池 步入 步数 步速 步距 路线 路易体 路人 路边 路口 路面 明矾 明日 明晨 明天 明早 明亮 明目 明年 高明显 高血 高糖 高温 高通量 高级"
    " 高密度 高同型 高胰 高泌 高雄 高级别 高分化 高分子 高枕 高半 高凝 高敏 高能 高流 高钙 高磷 高氯 高镁 高纤 高回声 高信号 高代谢 高增强 高反应 高效 高选择 高血氨 高碘 高嘌呤 高盐 高浓度 高抗"
    " 高值 高清 高中生 高处 高校 高铁 高速 高档 高血流 高强 高张 高调 高弓 高睾 高度近视 高足 金刚烷 金鸡 金银花 金针 金疮 金门 金笳 金蝉 金莲花 金匮肾 文拉 文氏 文冠果 文字 文书 文职 文件 文案"
    " 文教 方向 方式 方形 方差 方药 方块 方证 方能 方达 方予 方行 方舱 方才 水分 水份 水温 水煎 水源 水银 水瓶 水垫 水桶 水合氯 水通道 水溶 水疗 水解 水泥 水稻 水库 水土 石棉 石块 石墨 石子"
    " 石质 石瘕 石门 石性 夏季 夏天 夏日 夏枯草 夏至 秋季 秋天 秋冬 秋水 秋泻 秋收 冬季 冬天 冬至 冬虫 冬眠 冬瓜 冬春 季肋 季铵 季度 季风 终末 终点 终身 终日 终板 终丝 终末期 终生 柳氮 柳酸"
    " 池水 池内 江豚 邓肯 易倦 易发 易复 易患 易汗 易善复 易坦静 易消化 易咳 易哭 易醒 易打 易脱 易碎 易瘀 易混 易忘 易损 易变 易引 和氏 双氏 段长 段切 段静 段骨 段面 段及 段可 段未 段支 段动"
    " 段狭 毛糙 毛刺 毛巾 毛果芸香 毛花 毛霉 毛癣 毛毯 毛重 毛孔 毛喉 毛蚴 毛冬青 毛氏 毛线 毛豆 毛衣 祁门 项下 项强 项背 项韧 项部 项链 项羽 支气管 支配 支链 支正 支付 支饮 支数 支及 支注"
    " 支出 支书 官腔 官司 官方 童便 童颜 席梦 席卷 席位 谢绝 谢谢 车前 车间 车辆 车载 车程 车厢 车上 车撞 车轮 车门 车站 车队 温热 温盐水 温阳 温肾 温针 温中 温觉 温馨 温室 温抗 温差 温脾"
    " 温箱 温育 温性 温氏 强的松 强阳 强回声 强度 强迫 强行 强烈 强力 强光 强肌 强生 强啡 强酸 强碱 强壮 强调 强制 强效 强硬 强哭 强克 冷冻 冷刀 冷空 冷凝 冷光 冷沉 冷热 冷淡 冷漠 冷静 冷结节"
    " 冷饮 冷水 冷食 冷抗 冷球 冷藏 冷缺 冷疗 冷库 冷觉 冷脓 游离 游泳 游戏 游标 游客 宁心 宁神 宁氏 宁夏 宁愿 郎格 郎罕 郎氏 边境 边疆区 边框 边走 边吃 边坐 仇恨 仇视 连接 连芝 连枷 连硬"
    " 连花 连理 连日 连用 连服 连朴 连云 连累 连环 连体 连合 卜算 靳三针 祝贺 祝福 尚可 尚清 尚好 尚无 尚未 尚有 尚能 尚平 尚存 尚不 尚规 尚软 尚通 尚稳 尚活 尚佳 尚需 尚待 尚处 尚在 尚属"
    " 尚对 尚红 尚完 尚正 尚光 尚充 尚规则 党内 党校 农村 农药 农业 农历 农活 农忙 农场 农合 农户 相当 相似 相符 相邻 相连 相通 相间 相互 相继 相比 相同 相反 相片 相距 相位 相隔 相火 相加"
    " 满腹 满布 满视野 满肺 满足 满闷 满口 满月脸 满意度 满族 满面 满分 满天星 充气 充足 充满 充填 充实 充电 充值 别人 别处 别针 别墅 别无 通便 通知 通道 通络 通淋 通脉 通经 通腑 通贯 通常"
    " 通用 通话 通心络 通窍 通用名 通乳 通液 通水 通风 通血 通而 公里 公务 公司 公交 公园 公费 公共 公开 公安 公元 公众 公认 公式 公立 公示 公办 包括 包埋 包虫 包涵 包绕 包壳 包茎 包面 包装"
    " 包封 包被 包囊 包养 包子 包心 包氏 包醛氧 包医 颜氏 景点 景氏 景深 盛开 盛装 鲁米那 鲁氏 鲍温 鲍文 鲍恩 鲍鱼 莫沙必利 莫西 莫氏 莫匹罗星 莫名 莫非 莫罗 莫尔 莫顿 莫奈 莫家 霍奇金 霍纳"
    " 霍氏 霍夫曼 霍乱 霍尔 霍曼 霍桑 霍顿 韦氏 韦格纳 韦伯 韦尼克 韦斯特 韦格 韦荣 韩氏 史氏 史密斯 史蒂文斯 史托 史料 柯氏 柯萨奇 柯莱斯 柯兴 柯杰 柯立氏 柯林 柯布 柯达 倪氏 单氏 孟氏 孟鲁司特"
    " 孟乔森 唐氏 唐筛 唐草 古龙 古氏 古典 纪念 巴氏 巴宾 巴雷 巴曲酶 巴柳氮 巴氯芬 巴特 巴瑞替尼 巴利 巴西 巴掌 巴士 巴多 巴比 巴利昔 巴结 巴豆 巴戟 巴布 查氏 查无 查及 查心 查腹 查肝 查肾"
    " 查甲 查尿 查便 查凝 查乙 查肿 查D 查C 查B 查彩 查随 查电 查生 查多克 戴氏 戴口罩 戴眼镜 戴呼吸 戴手套 戴假 戴戒 戴环 戴帽 戴铜 戴尔 戴蒙德 戴维 尤以 尤氏 尤卓尔 尤瑞克林 尤靖 魏氏"
    " 魏格纳 魏尔 魏因 费城 费用 费氏 费力 费尔蒂 费城染 费森 费劲 费神 费卡 费里 屈氏 屈伸 屈侧 屈膝 屈髋 屈螺酮 屈他 屈肘 屈指 屈腕 屈腿 威廉姆斯 米氏 米勒 米库利兹 米力农 米索 米非 米氮平"
    " 米诺 米芙 米饭 米粥 米汤 米泔 米多君 米托 米那 米卡 米曲 米夫 米色 米糊 林氏 林奇 林旦 林霉素 林业 林地 林德 沈阳 童氏 庞贝 庞大 庞氏 庞加莱 葛氏 葛兰素 葛酮 葛泽 甘露 甘草 甘精 甘氨酸"
    " 甘氏 甘遂 甘肃 甘美 甘利欣 甘平 甘蔗 甘麦 舒氏 秦皮 秦艽 秦氏 秦川 徐变 徐长卿 徐缓 徐徐 徐放 宋氏 丁苯酞 丁卡因 丁胺卡那 丁螺 丁香 丁氏 丁咯 丁溴 丁型 丁二 丁字 丁肝 丁硼 丁桂 丁细牙"
    " 向氏 沙氏 沙丁 沙美 沙格列汀 沙库巴曲 沙利度胺 沙培林 沙发 沙滩 沙粒 沙子 沙哑 沙盘 沙棘 沙参 沙袋 沙漏 柏氏 柏林 荣昌 荣筋 荣誉 荣获 解氏 解压 解聚 解决 解便 解血 解尿 解水 解郁 解表"
    " 解黄 解酒 解脲 解离 解放 解救 解答 解成 解冻 解出 解少 解柏 解暗 解鲜 解糊 解不 解蛋 解整"
    " 赖氨酸 赖诺普利 赖脯 益气 益肾 益生 益母 益智 益胃 益脾 智力 智齿 智能 智商 牙齿 牙龈 牙周 牙髓 牙痛 牙冠 牙列 牙槽 牙体 牙科 牙关 养阴 养血 养老 养胃 养护 丰富 丰满 危重 危险 危象 危急 危及 容积 容量 容易 容貌 容受 习惯 敏感 商陆 商量 商定 怀孕 怀疑"
    " 东侧 东区 仰卧 仰头 祖父 祖母 祖辈 阴道 阴囊 阴性 阴影 阴茎 阴唇 阴虚 阴阜 阴毛 阴凉 阴雨 暴露 暴饮 暴发 暴力 暴聋 宫颈 宫腔 宫底 宫口 宫缩 宫角 宫旁 宫内 宫外 宫高 宫体 宫壁 宫血 宫寒 扶行 扶拐 扶正 扶助 山药 山楂 山莨菪 山茱萸 山区 豆状 豆蔻 豆腐 岩藻 岩大 那曲 那格 那么 那时"
    " 藏族 藏红花 松弛 松动 松解 松质 松果 松散 松紧 封闭 封堵 封管 封包 封口 牧民 牧区 井穴 印戒 印象 印堂 库欣 库存 库氏 库血 利尿 利胆 利福 利多 利培 利伐 利妥 利奈 利拉 利巴 利血 利水 利湿 利用 利手 国产 国家 国际 国内 国外 国药 原发 原因 原位 原有 原始 原籍 原来 原则 原拟"
    " 索拉 索他 索马 索氏 薄层 薄壁 薄苔 薄白 薄黄 薄弱 薄荷 宿主 宿便 宿醉 修复 修补 修正 修养 修剪 修整 修改 员工 富马 富血 富于 滑膜 滑脱 滑精 滑脉 滑石 滑动 滑囊 滑倒 滑落 滑数 滑车 亮氨 亮丙 南侧 南区 伏立 伏格 伏隔 伏安 哈欠 堵塞 堵管 鲜血 鲜红 鲜奶 鲜芦 冒汗 冒险 融合 融化 融雪"
    " 乌梅 乌头 乌司 乌鸡 乌拉 乌灵 乌贼 焦虑 焦躁 焦痂 焦三仙 焦山楂 焦急 焦距 孔源 孔径 孔隙 孔状 孔洞 孔雀 泥沙 泥土 泥鳅 周围 周期 周边 周身 周一 周二 周三 周四 周五 周六 周日 周岁 周末 周径 周缘 周后 周内 周前 周转 周余 周来 周左 周龄 张口 张力 张开 张嘴 陈旧 陈皮 陈述 陈年 吴茱萸 田七 田地 田间"
    " 蓝色 蓝光 蓝斑 蓝芩 蓝染 范围 范可尼 范畴 范德 钟摆 钟表 钟楼 陶瓷 陶土 李斯特 王不留 杨梅 杨树 朱砂 胡椒 胡须 胡言 胡萝 胡桃 蔡司 潘生丁 潘妥 潘氏 叶酸 叶状 叶间 叶片 叶段 叶下珠 吕弗勒 吕氏 陆续 顾虑 姜半夏 路路通 殷红 戴镜 党支部 党支书 知情 知晓 知觉 樊氏 万向节 向来 向导 双全 双亲 双肺 双侧 双下 双上 双眼 双手 双足 双膝 双肾 双瞳 双相 双重 双腔 双能 双歧 双嘧 双氯"
    " 伍德 尹氏 易筋 常言 纪要 纪律 项圈 项痛 车祸伤 车速 车厂 成套 成因 成活 成盐 别嘌 别称 章程 章鱼 单元 单独 单调 单眼 单相 单价 单纯 单核 单位 单据 单子 单身 单脚 单腿 单手 单肾 任务 任意 任性 任脉 任氏 柏拉 容纳 康泰 康熙 康德 席汉 席间 车号 闻及 闻诊 闻到 别离 权限 权利 权威 满足 满山红 荣卫 景况 景色 和缓 和煦 融洽 沃森 沃尔夫"
    " 师生 师傅 师兄 师姐 强化 强心 强度 强直 强化期 强身 班次 班车 班前 班后 晋升 初诊 初次 初产 初潮 初始 初步 初期 初治 关切 关闭 关怀 关键 关联 关门 门静脉 门齿 门槛 门口 门把 门脉 门控 门牙 广泛 广谱 广场 广东 有效 有力 有无 有序 有害 有限 有氧 有创 有意 有关 有所 有利 有形 有色 有尿 有痰 能量 能力 能够 能动 能谱 年轻 年老 年幼 年度 年限 年内 年余 年前 年后 年底 年初 爱好 爱护 爱滋"
    " 从容 从属 从前 从小 从此 从轻 海水 海马 海鱼 海盐 海参 海边 青霉 青光 青紫 青年 青少 青春 青筋 青蒿 青黛 青色 青海 青皮 晓得 红花 红景天 红参 红枣 红霉 红外 红染 红豆 红白 红痛 红苔 红绛 红舌 红光 红移 远端 远期 远视 远处 远离 远近 远心 初乳 来氟 来曲 来得 来那 来院 来诊 来回 来源 来访 来时 才能 才可 才会 花眼 花斑 花椒 花茶 花旗 水灵 水蜜桃 水管 水壶 水杯 水果 水产 沙星 沙丘 沙门 沙尘"
    " 招飞 招工 况且 操作 操劳 台车 台下 台上 曲线 曲度 曲张 曲面 曲马 曲美 曲司 曲普 曲利 毕业 毕氏 毕罗 毕竟 齐全 齐平 齐拉 齐多 齐墩 阳光 阳虚 阳亢 阳极 阳离 阳明 文明 文静型 文身 文胸 米非 米索 米氮 米粉 米醋 米面 连衣裙 连轴 时段 时钟 时空 时机 时速 时尚 时差 时限 时点 时光 车床伤"
    " 经久 牧业 从业 商业 青岛 洪湖 单月 双月 年月 左云 白朴 金礼 时世 时久 历久 水月 明月 江岛 常业 就业 家业 成业 成年业 支根 双根 牙根 神经根 叶根 孙辈 李子 李凡诺 施慧达 施慧 杭菊 杭芍 柏子仁 叶绿素 宋内 许氏 毕奥 苏醒 金丹 黄丹 红丹 东方红 家庭 应告 应告知 易忽 易忽略 经商 高峰 宝宝 实习 进修 施保利 李时珍 安宫 包括 曲马 冯希 章动 麻痛 麻药 麻木 麻醉 麻黄 麻仁 麻疹 麻风 麻子 麻将 石淋 石女 石蜡 雷米 雷奈 雷洛 雷夫 戈登 戈谢 戈舍 戈谷 卓越 卓乐"
    " 席汗 贺普 贺必 贺氏 贺维 贺斯 贺俪 韦度 韦迪 左右 左手 左足 左腿 左臂 左膝 左肩 左耳 左乳 左踝 左腕 左肘 左臀 左胫 左股 左肱 左桡 左尺 左锁 左卵 左输 左附 左侧 左肋 左脸 左面 左口 左鼻 左顶 左小 左背 左足 左拇 左食 左中 左环 白昼 黄褐 黄白 黄稠 黄脓 黄水 黄浊 黄苔 黄腻 黄燥 黄豆 黄瓜 黄酒 黄油 黄金 黄昏"
    " 花样 花卉 花园 花甲 温差 温度 温馨 温暖 温柔 温控 温毯 白班 白底 白陶 白砂 白松 白眉 白塞 白喉 白膜 白点 白腻 白滑 白厚 白霜 白沫 白苔 白念 白介 白三 白银 白化 白光 白芥 白术 白英 白花 白鹿 常识 常委 常客 常住 常备 常驻 常发 常态 严防 严守 平复 平补 平抑 平日 平房 平顶 平方 平价 平常 平整 平素 平板 平阳 平时 平段"
    " 全能 全球 全新 全数 全量 全天 全年 全市 全力 全套 全自 全景 全喉 全脊 全肠 全静 全反 全胰 全心 全耳 全眼 全角 全蝎 全髋 全肩 全踝 全肘 时代 时常 时令 时空 时疫 时限 时候 时髦 明胶 明确 明亮 明暗 明珠 明火 明党 水痘 水杯 水路 水洗 水气 水饮 水谷 水道 水分 水母 水飞 水平 水位 水电 水柱 水泡 水疱 水煮 水晶 水性 水冲 水擦 水浴 水深 水试 水压"
    " 安全 安静 安慰 安排 安睡 安心 安稳 安返 安逸 安适 安乐 安危 安培 安非 安莫 安立 安奈 安妥 安来 安归 安钠 安吖 安替 安普 安福 安瑞 安圣 安泰 安罗 安进 安捷 安脑 方案 方面 方法 方能 方可 方始 方位 方言 方便 方格 方波 方糖 高考 高薪 高价 高压 高低 高热 高声 高兴 高耸 高凸 高出 高发 高频 高亢 高渗 高氧 高碳 高镁 高粘 高黏 高同 高香 高乌 高锰 高聚 高三 高二 高一 高年 高层 高楼 高空 高枕 高举 高抬 高肾 高肺 高心 高球 高铁 高清 高阻 高间 高亮 高值"
    " 肇事 年纪 世纪 左西孟 左西孟旦 白消安 米那索龙 胡黄连 长秀霖 甘舒霖 卡博平 重和林 优泌乐 卫健委 卫计委 医保局 景泰 石某氏 东莨菪 东菱 东西 东北 东方红 东部 东路 以上 亨廷顿 剑突 剑桥 晶体 晶状体 韦氏 仪器 臣药 展开 展神经 展平 展示 展筋 英夫利 英寸 英制 铁剂 铁蛋白 铁皮石斛 铁棒锤 腾冲 腾空"
    " 三阴交 足三里 合谷 曲池 太冲 百会 关元 内关 公孙 委中 肺俞 华盖 云门 鱼际 列缺 迎香 丰隆 阳陵泉 阴陵泉 太溪 太渊 神门 大椎 风池 风府 命门 中脘 气海 血海 涌泉 承山 环跳 昆仑 天枢 中极 膻中 印堂 水沟 人中 地仓 颊车 翳风 听宫 耳门 少商 商阳 外关 支沟 后溪 养老 列缺 尺泽 曲泽 少海 极泉 肩井 肩髃 天宗 大杼 风门 膈俞 肝俞 胆俞 脾俞 胃俞 肾俞 次髎 秩边 承扶 殷门 飞扬 昆仑 申脉 至阴 照海 复溜 筑宾 章门 期门 带脉 阳交 悬钟 丘墟 行间 中封 蠡沟 曲泉 梁丘 犊鼻 内庭 解溪 陷谷 隐白 大都 太白 商丘 漏谷 地机 四神聪 太阳 鱼腰 夹脊 定喘 八邪 八风 阿是"
    " 金匮 金铃子 金沸草 金雀 金刚藤 金蝉花 白及粉 白僵蚕 白屈菜 白蒺藜 黄药 黄荆 苏木 苏铁 石膏 石决明 石楠 石见穿 石上柏 马兜铃 马勃 马鞭草 马蔺 乌药 乌梢蛇 花蕊石 路路通 鲁米 祖师麻 祁州 段木 江剪刀草 党参 柏叶 桑螵蛸 桑枝 杨梅 柳枝 梅片 杏仁 桃仁 桃红 莲子 莲须 兰索 郁李仁 程氏 章丹 龚氏 阮氏 毕拔 荜茇 苗药 路优泰 贺福 安脉 安捷 康复科 康德灵 雷德 尤金 贝美格 麦考酚 华北 华南 华中 华东 龙牡壮骨 龙血 龙胆 宁泌泰 宁红欣 宁康 韩国 欧洲 欧美 季肋 车祸 田园 田径 于氏 于餐 余震 余甘子 万通 万应 利君沙 罗红 罗哌 罗拉 罗伐 罗米 罗普 罗沙 罗替 司来 司维 司替 司他 艾普 艾曲 艾拉 艾瑞 艾司 艾塞 艾多 艾代 艾沙 依洛 依达 依度 依鲁 依普 依维 贝达 贝林 贝利 贝派 雷帕 雷沙 雷西 雷芬 舒更 舒格 舒洛 舒必 莫达 莫索 莫诺 莫匹 莫尼 麦格 甘氨 甘精 古塞 戈利 戈舍 左羟 左舒 左西 左布 左米 左奥 左炔 安吡 安立 安非 安妥 安吖 安西 单硝 单唾 双环 双香 双肼 全反 全氟 钱氏 时辰 幸运 巩膜 巩固 童子尿 祝由 穆尔 苗勒 霍尔特 霍乱 卓-艾 佐米 祖卡 阮囊 范登堡 柯里 柯斯 查科 查菲 古蔺 葛兰 葛瑞夫 戴明"
    " 一平苏 丁克 丁螺环酮 万他维 三辰 专注达 丹那唑 丽珠得乐 丽珠肠乐 丽科杰 乌司他丁 乐松 乐瑞卡 乐芮 亚思达 亚莫利 京必舒新 亮丙瑞林 亮菌 亿活 他巴唑 仙特明 代文 优思弗 优思悦 优泌乐 优泌林 优甲乐 伲福达 佐匹克隆 佩乐能 佳维乐 佳静安定 依姆多 依达拉奉 保列治 保妇康 信必可 信法丁 倍他乐克 倍博特 倍林达 倍欣 傲坦 克赛 全再乐 全可利 兰美抒 兰迪 兰释 典必殊 再宁平 再普乐 凯时 凯纷 凯西莱 切诺 利必通 力太 力平之 力扑素 匹维溴铵 卓夫 博乐欣 博利康尼 博思清 博苏 博路定 卡全 卡博平 卡孕栓 卡文 卡林优 卡泊三醇 卡贝缩宫素 卢美根 卫克泰 卫喜康 压氏达 古拉定 可乐必妥 可兰特 可多华 可定 可必特 可达龙 司乐平 合贝爽 吉诺通 吡啶 启维 周制 哈乐 唐力 善思达 善胃得 喜格迈 固本益肠 培菲康 复傲坦 多瑞吉 天普洛安 天晴甘美 奇曼丁 奥克 奥德金 奥思平 奥恬苹 奥施康定 妈富隆 妙纳 妥布霉素 妥泰 孚来迪 孚琪 安今益 安内真 安列克 安卓 安博维 安博诺 安圣莎 安坦 安宝 安康信 安律凡 安理申 安琪坦 安立泽 安立生坦 安美汀 安达唐 定坤丹 富露施 尤文 尼可地尔 尼欣那 尼莫同 尼莫通 川威 左洛复 布地格福 帅泰 希尔生 希舒美 帝视 平奇 度易达 康妇炎 康帕丁 康忻 开博通 开塞露 开浦兰 开瑞坦 异乐定 弥可保 彼多益 律康 得理多 得舒特 德巴金 德脉宁 心律平 心痛定 必兰 必奇 必存 必洛斯 忆孟返 思力华 思密达 思然 思瑞康 思美泰 思诺思 怡可安 怡方 怡诺思 恒德 恒格列净 恩必普 恩理思 恬尔心 息宁 悦宁定 惠加强 戴芬 托伐普坦 扶他林 抑那通 拉贝洛尔 拜唐苹 拜新同 拜瑞妥 择思达 捷诺维 援生力维 敏使朗 整肠生 斯巴敏 施图伦 施慧达 施普善 施维舒 施能 日达仙 明竹欣 易倍申 易善复 易坦静 易维适 易蒙停 易达 普丽康 普拉固 普米克令舒 曲美他嗪 曲莱 曲马多 曼新妥 曼月乐 杜密克 杜秘克 来优时 来士普 来适可 果纳芬 果维康 柯丹 柳氨苄 格华止 桂枝茯苓 桉柠蒎 森福罗 欣康 欣母沛 欣然 欣百达 欧乐欣 欧兰宁 欧唐宁 欧唐静 正丁 氟比洛芬 沃克 沐舒坦 法安明 波依定 波利特 波立维 泮立苏 泰仪 泰利必妥 泰勒宁 泰嘉 泰毕全 泰立沙 泰胃美 泰舒达 洛丁新 洛赛克 派瑞松 派立明 派罗欣 济诺 海乐神 海捷亚 海露 潘妥洛克 爱丽 爱倍 爱全乐 爱斯万 爱若华 特耐 珂丹 瑞易宁 瑞泰 瑞科喜 瑞美隆 瑞莫杜林 甘利欣 甘舒霖 甲钴胺 申捷 百优解 百力特 百多邦 百普乐 百汰 百泌达 百适可 皮炎平 益适纯 石杉碱甲 碳酸锂 福松 科素亚 立普妥 米尔宁 米索 米雅 米非 糖适平 素比伏 素比夫 络活喜 维尔亚 维思通 维派特 罗拉 美卡素 美吡达 美多芭 美常安 美抒玉 美施康定 美百乐镇 美能 耐信 肯特令 胸腺五肽 能倍乐 舍尼通 舒乐安定 舒利迭 舒泰清 舒降之 艾乐妥 艾力 艾斯能 艾洛松 艾素 芬吗通 芮达 苏为坦 苏孜阿甫 苏麦卡 苯妥英 莫比可 萌尔夫 葆宫止血 蒙诺 补佳乐 西乐葆 西替利嗪 西比灵 诺和佳 诺和力 诺和平 诺和泰 诺和达 诺和锐 诺和龙 诺思达 诺扬 诺欣妥 诺衡 诺释 诺雷得 贝他根 贝分 贝可为 贝飞达 贺普丁 赛乐特 赛可瑞 赛治 赛瑞 赫捷康 路优泰 路盖克 辅舒良 达克宁 达喜 达必佳 达美康 达芙文 达芙通 达英 达菲林 迈普新 迪化唐锭 迪可罗 迪沙 适利达 适确得 速碧林 速秀霖 逸安达 都可喜 采乐 金刚烷胺 金双歧 金奥康 金扶宁 金络 铝碳酸镁 长效异乐定 长秀霖 阿乐 阿司咪唑 阿戈美拉汀 阿拓莫兰 阿法根 阿罗洛尔 雅施达 雨田青 雪诺同 雷替斯 雷诺嗪 静灵 韦瑞德 顺尔宁 马来酸曲美布汀 马缨丹 高舒达 鲁南欣康 鲁米那 黛力新 齐维"
    .split()
)  # fmt: skip
