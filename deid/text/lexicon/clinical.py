"""Clinical words that a name model takes for a person, a place or an organisation."""

# People (and places) whose names are diseases, signs, scores, devices, procedures and stains today.
EPONYMS = frozenset(
    "abrikossoff achilles addison adie adson alagille albright allen allis alport alstrom alzheimer alzheimers angelman apgar apley argyll arnold"
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
    " zander zeis zieve zinn zung zuelzer charcot-leyden guillain-barre chiari-frommel marie-tooth jakob-disease lewy-body stein-leventhal heller-myotomy"
    " santyl pleurx ace buddy coban kerlix mepilex aquacel colles-fracture hickman-line powerport port-a-cath ashman bainbridge-reflex cotton-wool"
    " duke-criteria fitzpatrick goldmann hruby ishihara krukenberg-tumor lange mee muehrcke plica terry-nails beau-lines oxford glasgow-blatchford"
    " blatchford rockall ranson-score balthazar hinchey strasberg forrest-class savary los-angeles prague zargar spigelman amsterdam rome vienna barcelona"
    " tokyo-guidelines milan kyoto sydney rotterdam berlin geneva helsinki bethesda lugano montreal durie-salmon binet-stage rai stanford-type debakey-type"
    " crawford rutherford-class fontaine-stage wagner texas meggitt brodsky yosipovitch schatzker garden-type evans-jensen pauwels-type frykman mason-type"
    " salter-harris ogden weber-type lauge-hansen hawkins-type sanders-type thompson-test apley-test jobe hawkins-kennedy o'brien speed crank faber"
    " patrick-test thomas-test trendelenburg-gait waddell spurling-test lhermitte-sign hoffman moses pratt-test buerger-test allen-sign".split()
)

# What an eponym stands before; a name before one of these is the name of a thing.
EPONYM_HEADS = frozenset(
    "disease diseases syndrome syndromes sign signs phenomenon reflex test tests score scores scale scales criteria criterion classification class"
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
    "高热 高烧 高血压 高血脂 高血糖 高尿酸 高钾 高钠 高度 高危 高龄 高位 高中 黄疸 黄染 黄色 黄痰 黄绿 黄体 白细胞 白带 白色 白斑 白蛋白 白痰 白内障 于昨 于今 于次 于当 于外 于我 于某 于入 于术 于上 于下 于院"
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
    .split()
)  # fmt: skip
