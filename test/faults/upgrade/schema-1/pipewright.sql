PRAGMA application_id=1347899988;
CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP);
INSERT INTO "migrations" VALUES (1,'runs-events-values','2bef3f04f551c8c328a69c9ff7456a3163fbbd4436c92c3e1df5c62d1611969b','2026-11-29 16:44:28');
CREATE TABLE runs (
  rid INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL UNIQUE,
  last_seq INTEGER NOT NULL,
  fence INTEGER NOT NULL,
  owner TEXT,
  pid INTEGER,
  process TEXT,
  host TEXT,
  lease_until REAL,
  payloads TEXT NOT NULL DEFAULT 'kept' CHECK (payloads IN ('kept', 'purged'))
) STRICT;
INSERT INTO "runs" VALUES (1,'run_mx22kd97d2vx3rkb',15,1,NULL,NULL,NULL,NULL,NULL,'kept');
INSERT INTO "runs" VALUES (2,'run_mx22kdywqw3tw6i8',12,2,NULL,NULL,NULL,NULL,NULL,'kept');
INSERT INTO "runs" VALUES (3,'run_mx22kezo6sztnjwj',6,1,NULL,NULL,NULL,NULL,NULL,'kept');
CREATE TABLE events (
  rid INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (rid, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO "events" VALUES (1,1,-1518316740,'{"seq":1,"at":1795970669084,"type":"run.created","workflowId":"wf_answer","workflowName":"Answer from documents","workflowHash":"6d9f5ebf1ca9fec132ed1b938d669946ff159f39eab94c5c6aec42b77bc5dd87","snapshot":"524451026ad519b104e474516391c1e72161f90968df5e2ba641b75fd44167cd","inputs":{"question":{"value":"How long may a tool be borrowed?"}},"engine":"0.1.0","capture":"full"}');
INSERT INTO "events" VALUES (1,2,-788939102,'{"seq":2,"at":1795970669084,"type":"run.started","owner":"vm:28311","fence":1,"resumed":false}');
INSERT INTO "events" VALUES (1,3,910101175,'{"seq":3,"at":1795970669101,"type":"step.finished","step":"question","node":"question","attempt":1,"startedAt":1795970669094,"outputs":{"value":{"value":"How long may a tool be borrowed?"}},"memo":"f78423dd5ab736b1cf86731f1894809306ee8c3dc03195865def09ccbc65aa85"}');
INSERT INTO "events" VALUES (1,4,-1635418818,'{"seq":4,"at":1795970669108,"type":"step.started","step":"documents","node":"documents","attempt":1}');
INSERT INTO "events" VALUES (1,5,-1460775486,'{"seq":5,"at":1795970669140,"type":"call.completed","step":"documents","call":0,"kind":"documents.load","digest":"115b5a92e6f841c3faf388d72ebd12e0d321484fea67adbb3b215f8e7a0648e2","request":{"value":{"patterns":["**/*.md"]}},"startedAt":1795970669112,"response":{"value":{"documents":[{"id":"doc_ee952f8afc8a81d332053e2d","file":"documents/handbook.md","title":"Handbook of the Harbour Workshop","mime":"text/markdown","text":"# Handbook of the Harbour Workshop\n\nReplace this page by documents of your own: Markdown, text, HTML, PDF, Word, CSV, JSON, mail and source code are read.\n\n## Opening hours\n\nThe workshop is open on weekdays from 8:00 to 17:30. On Saturdays it opens at 9:00 and closes at noon.\n\n## Borrowing tools\n\nMembers may borrow up to three tools for seven days. A tool that is reserved by nobody can be kept for one more week; ask\nat the counter before the first week ends. Power tools need a short introduction, which takes place every Tuesday.\n\n## Lost and damaged tools\n\nReport damage on the day that you notice it. Wear is free of charge. A lost tool is replaced at half its price in the first\nyear and free of charge after that.\n","hash":"d7dd8332af82b1efcaa48b7a077742cb4853ffdf400b308dbff414c1a2d919f1","metadata":{}}],"failures":[]}}}');
INSERT INTO "events" VALUES (1,6,1386927362,'{"seq":6,"at":1795970669141,"type":"step.finished","step":"documents","node":"documents","attempt":1,"startedAt":1795970669093,"outputs":{"documents":{"value":[{"id":"doc_ee952f8afc8a81d332053e2d","file":"documents/handbook.md","title":"Handbook of the Harbour Workshop","mime":"text/markdown","text":"# Handbook of the Harbour Workshop\n\nReplace this page by documents of your own: Markdown, text, HTML, PDF, Word, CSV, JSON, mail and source code are read.\n\n## Opening hours\n\nThe workshop is open on weekdays from 8:00 to 17:30. On Saturdays it opens at 9:00 and closes at noon.\n\n## Borrowing tools\n\nMembers may borrow up to three tools for seven days. A tool that is reserved by nobody can be kept for one more week; ask\nat the counter before the first week ends. Power tools need a short introduction, which takes place every Tuesday.\n\n## Lost and damaged tools\n\nReport damage on the day that you notice it. Wear is free of charge. A lost tool is replaced at half its price in the first\nyear and free of charge after that.\n","hash":"d7dd8332af82b1efcaa48b7a077742cb4853ffdf400b308dbff414c1a2d919f1","metadata":{}}]},"failures":{"value":[]}},"memo":"ab36942b5c5ade47c1192bfe75b5bf883a4b0ae95716b481c97d89268d758ab7","detail":{"documents":1,"failures":0}}');
INSERT INTO "events" VALUES (1,7,802760014,'{"seq":7,"at":1795970669164,"type":"step.finished","step":"chunks","node":"chunks","attempt":1,"startedAt":1795970669141,"outputs":{"chunks":{"value":[{"id":"c2e36f2c6e62ad7cdc80d58da5178a7f","documentId":"doc_ee952f8afc8a81d332053e2d","file":"documents/handbook.md","title":"Handbook of the Harbour Workshop","text":"# Handbook of the Harbour Workshop\n\nReplace this page by documents of your own: Markdown, text, HTML, PDF, Word, CSV, JSON, mail and source code are read.\n\n## Opening hours\n\nThe workshop is open on weekdays from 8:00 to 17:30. On Saturdays it opens at 9:00 and closes at noon.","start":0,"end":276,"line":1,"endLine":7,"hash":"f5ed3d32b739b4612085c64328bc17dfec0ba09009a0365b0002125ce38bdaf4","metadata":{"section":"Handbook of the Harbour Workshop"}},{"id":"c16e48bb54b9281f716427df3028d10d","documentId":"doc_ee952f8afc8a81d332053e2d","file":"documents/handbook.md","title":"Handbook of the Harbour Workshop","text":"## Borrowing tools\n\nMembers may borrow up to three tools for seven days. A tool that is reserved by nobody can be kept for one more week; ask\nat the counter before the first week ends. Power tools need a short introduction, which takes place every Tuesday.\n\n## Lost and damaged tools\n\nReport damage on the day that you notice it. Wear is free of charge. A lost tool is replaced at half its price in the first\nyear and free of charge after that.","start":278,"end":722,"line":9,"endLine":17,"hash":"0c2491576ac7d41d6b5874f19e646b146d35fd903c0a909b9d3c3ae122386762","metadata":{"section":"Handbook of the Harbour Workshop > Borrowing tools"}}]}},"memo":"6b6cb6c43496832beb4c0334d5a727db5ede94ad01d09b38928cc8fc5183c1db","detail":{"documents":1,"chunks":2}}');
INSERT INTO "events" VALUES (1,8,936219731,'{"seq":8,"at":1795970669181,"type":"step.finished","step":"ranked","node":"ranked","attempt":1,"startedAt":1795970669164,"outputs":{"chunks":{"value":[{"id":"c16e48bb54b9281f716427df3028d10d","documentId":"doc_ee952f8afc8a81d332053e2d","file":"documents/handbook.md","title":"Handbook of the Harbour Workshop","text":"## Borrowing tools\n\nMembers may borrow up to three tools for seven days. A tool that is reserved by nobody can be kept for one more week; ask\nat the counter before the first week ends. Power tools need a short introduction, which takes place every Tuesday.\n\n## Lost and damaged tools\n\nReport damage on the day that you notice it. Wear is free of charge. A lost tool is replaced at half its price in the first\nyear and free of charge after that.","start":278,"end":722,"line":9,"endLine":17,"hash":"0c2491576ac7d41d6b5874f19e646b146d35fd903c0a909b9d3c3ae122386762","metadata":{"section":"Handbook of the Harbour Workshop > Borrowing tools"},"score":0.7408323022052025,"scores":{"coverage":0.8859050657269819,"rerank":0.823147002450225,"mmr":0.7408323022052025}},{"id":"c2e36f2c6e62ad7cdc80d58da5178a7f","documentId":"doc_ee952f8afc8a81d332053e2d","file":"documents/handbook.md","title":"Handbook of the Harbour Workshop","text":"# Handbook of the Harbour Workshop\n\nReplace this page by documents of your own: Markdown, text, HTML, PDF, Word, CSV, JSON, mail and source code are read.\n\n## Opening hours\n\nThe workshop is open on weekdays from 8:00 to 17:30. On Saturdays it opens at 9:00 and closes at noon.","start":0,"end":276,"line":1,"endLine":7,"hash":"f5ed3d32b739b4612085c64328bc17dfec0ba09009a0365b0002125ce38bdaf4","metadata":{"section":"Handbook of the Harbour Workshop"},"score":0.30396446609406724,"scores":{"coverage":0,"rerank":0.35,"mmr":0.30396446609406724}}]}},"memo":"821d614be52ca1ac01d4363138fd86b46fa7714e0fa924acab5a595aaf248251","detail":{"method":"coverage+mmr","lists":1,"candidates":2,"kept":[{"id":"c16e48bb54b9281f716427df3028d10d","file":"documents/handbook.md","before":2,"after":1,"score":0.7408323022052025},{"id":"c2e36f2c6e62ad7cdc80d58da5178a7f","file":"documents/handbook.md","before":1,"after":2,"score":0.30396446609406724}]}}');
INSERT INTO "events" VALUES (1,9,359221061,'{"seq":9,"at":1795970669193,"type":"step.finished","step":"context","node":"context","attempt":1,"startedAt":1795970669181,"outputs":{"context":{"digest":"300ef882cb781f729ea87956d232b262e0d922bb90ba1eed5e42f895b2b56b19","bytes":2548},"text":{"value":"[1] documents/handbook.md:9\n## Borrowing tools\n\nMembers may borrow up to three tools for seven days. A tool that is reserved by nobody can be kept for one more week; ask\nat the counter before the first week ends. Power tools need a short introduction, which takes place every Tuesday.\n\n## Lost and damaged tools\n\nReport damage on the day that you notice it. Wear is free of charge. A lost tool is replaced at half its price in the first\nyear and free of charge after that.\n\n[2] documents/handbook.md:1\n# Handbook of the Harbour Workshop\n\nReplace this page by documents of your own: Markdown, text, HTML, PDF, Word, CSV, JSON, mail and source code are read.\n\n## Opening hours\n\nThe workshop is open on weekdays from 8:00 to 17:30. On Saturdays it opens at 9:00 and closes at noon."},"chunks":{"value":[{"id":"c16e48bb54b9281f716427df3028d10d","documentId":"doc_ee952f8afc8a81d332053e2d","file":"documents/handbook.md","title":"Handbook of the Harbour Workshop","text":"## Borrowing tools\n\nMembers may borrow up to three tools for seven days. A tool that is reserved by nobody can be kept for one more week; ask\nat the counter before the first week ends. Power tools need a short introduction, which takes place every Tuesday.\n\n## Lost and damaged tools\n\nReport damage on the day that you notice it. Wear is free of charge. A lost tool is replaced at half its price in the first\nyear and free of charge after that.","start":278,"end":722,"line":9,"endLine":17,"hash":"0c2491576ac7d41d6b5874f19e646b146d35fd903c0a909b9d3c3ae122386762","metadata":{"section":"Handbook of the Harbour Workshop > Borrowing tools"},"score":0.7408323022052025,"scores":{"coverage":0.8859050657269819,"rerank":0.823147002450225,"mmr":0.7408323022052025}},{"id":"c2e36f2c6e62ad7cdc80d58da5178a7f","documentId":"doc_ee952f8afc8a81d332053e2d","file":"documents/handbook.md","title":"Handbook of the Harbour Workshop","text":"# Handbook of the Harbour Workshop\n\nReplace this page by documents of your own: Markdown, text, HTML, PDF, Word, CSV, JSON, mail and source code are read.\n\n## Opening hours\n\nThe workshop is open on weekdays from 8:00 to 17:30. On Saturdays it opens at 9:00 and closes at noon.","start":0,"end":276,"line":1,"endLine":7,"hash":"f5ed3d32b739b4612085c64328bc17dfec0ba09009a0365b0002125ce38bdaf4","metadata":{"section":"Handbook of the Harbour Workshop"},"score":0.30396446609406724,"scores":{"coverage":0,"rerank":0.35,"mmr":0.30396446609406724}}]}},"memo":"f6a40d80e6d0c40cddfe9e94d694fe91c2caaf29d82a32c15547938409c5f39c","detail":{"candidates":2,"packed":2,"tokens":192,"budget":1200,"overBudget":0,"duplicates":0}}');
INSERT INTO "events" VALUES (1,10,496040968,'{"seq":10,"at":1795970669199,"type":"step.finished","step":"prompt","node":"prompt","attempt":1,"startedAt":1795970669193,"outputs":{"messages":{"value":[{"role":"system","content":"Answer from the numbered context and nothing else. After each statement write the number of its source in square\nbrackets, for example [1]. When the context does not hold the answer, say that you cannot answer from the sources."},{"role":"user","content":"Context:\n[1] documents/handbook.md:9\n## Borrowing tools\n\nMembers may borrow up to three tools for seven days. A tool that is reserved by nobody can be kept for one more week; ask\nat the counter before the first week ends. Power tools need a short introduction, which takes place every Tuesday.\n\n## Lost and damaged tools\n\nReport damage on the day that you notice it. Wear is free of charge. A lost tool is replaced at half its price in the first\nyear and free of charge after that.\n\n[2] documents/handbook.md:1\n# Handbook of the Harbour Workshop\n\nReplace this page by documents of your own: Markdown, text, HTML, PDF, Word, CSV, JSON, mail and source code are read.\n\n## Opening hours\n\nThe workshop is open on weekdays from 8:00 to 17:30. On Saturdays it opens at 9:00 and closes at noon.\n\nQuestion:\nHow long may a tool be borrowed?"}]},"text":{"value":"Answer from the numbered context and nothing else. After each statement write the number of its source in square\nbrackets, for example [1]. When the context does not hold the answer, say that you cannot answer from the sources.\n\nContext:\n[1] documents/handbook.md:9\n## Borrowing tools\n\nMembers may borrow up to three tools for seven days. A tool that is reserved by nobody can be kept for one more week; ask\nat the counter before the first week ends. Power tools need a short introduction, which takes place every Tuesday.\n\n## Lost and damaged tools\n\nReport damage on the day that you notice it. Wear is free of charge. A lost tool is replaced at half its price in the first\nyear and free of charge after that.\n\n[2] documents/handbook.md:1\n# Handbook of the Harbour Workshop\n\nReplace this page by documents of your own: Markdown, text, HTML, PDF, Word, CSV, JSON, mail and source code are read.\n\n## Opening hours\n\nThe workshop is open on weekdays from 8:00 to 17:30. On Saturdays it opens at 9:00 and closes at noon.\n\nQuestion:\nHow long may a tool be borrowed?"}},"memo":"e327e0a71399358f27c20c325cf05159570637eb30b660c35e907e18f42acd09","detail":{"prompt":"answer","messages":2,"characters":1058}}');
INSERT INTO "events" VALUES (1,11,-472481665,'{"seq":11,"at":1795970669200,"type":"step.started","step":"model","node":"model","attempt":1}');
INSERT INTO "events" VALUES (1,12,-2063562517,'{"seq":12,"at":1795970669250,"type":"call.completed","step":"model","call":0,"kind":"model.generate","digest":"f41e5c29932a872439791e93e6c32e17d16798fd27296f0ef0401b8d253a9ffd","request":{"digest":"f41e5c29932a872439791e93e6c32e17d16798fd27296f0ef0401b8d253a9ffd","bytes":3779},"startedAt":1795970669217,"usage":{"inputTokens":266,"outputTokens":14,"estimated":true},"cost":{"nanoUsd":0,"known":true,"priceVersion":"built-in"},"model":"extractive-reader","provider":"built-in","response":{"value":{"text":"Members may borrow up to three tools for seven days. [1]","finish":"stop","usage":{"inputTokens":266,"outputTokens":14,"estimated":true},"cost":{"nanoUsd":0,"known":true,"priceVersion":"built-in"},"model":"extractive-reader","provider":"built-in","ms":17}}}');
INSERT INTO "events" VALUES (1,13,-702461929,'{"seq":13,"at":1795970669254,"type":"step.finished","step":"model","node":"model","attempt":1,"startedAt":1795970669199,"outputs":{"text":{"value":"Members may borrow up to three tools for seven days. [1]"},"answer":{"value":{"text":"Members may borrow up to three tools for seven days. [1]","citations":[{"marker":"1","chunkId":"c16e48bb54b9281f716427df3028d10d","file":"documents/handbook.md","line":11,"start":298,"end":350,"quote":"Members may borrow up to three tools for seven days."}],"abstained":false}},"usage":{"value":{"calls":1,"inputTokens":266,"outputTokens":14,"cachedInputTokens":0,"cacheWriteTokens":0,"reasoningTokens":0,"estimated":true,"nanoUsd":0,"priceKnown":true,"reasks":0,"repairs":0}},"messages":{"value":[{"role":"system","content":"Answer from the numbered context and nothing else. After each statement write the number of its source in square\nbrackets, for example [1]. When the context does not hold the answer, say that you cannot answer from the sources."},{"role":"user","content":"Context:\n[1] documents/handbook.md:9\n## Borrowing tools\n\nMembers may borrow up to three tools for seven days. A tool that is reserved by nobody can be kept for one more week; ask\nat the counter before the first week ends. Power tools need a short introduction, which takes place every Tuesday.\n\n## Lost and damaged tools\n\nReport damage on the day that you notice it. Wear is free of charge. A lost tool is replaced at half its price in the first\nyear and free of charge after that.\n\n[2] documents/handbook.md:1\n# Handbook of the Harbour Workshop\n\nReplace this page by documents of your own: Markdown, text, HTML, PDF, Word, CSV, JSON, mail and source code are read.\n\n## Opening hours\n\nThe workshop is open on weekdays from 8:00 to 17:30. On Saturdays it opens at 9:00 and closes at noon.\n\nQuestion:\nHow long may a tool be borrowed?"},{"role":"assistant","content":"Members may borrow up to three tools for seven days. [1]"}]}},"memo":"0291bd24359cfc812133cd47fc58b50f96837afc850e6647f0e217e27f9bd2f6","detail":{"model":"extractive-reader","provider":"built-in","finish":"stop","reasks":0,"repairs":0,"citations":1,"abstained":false}}');
INSERT INTO "events" VALUES (1,14,-1019433573,'{"seq":14,"at":1795970669256,"type":"step.finished","step":"answer","node":"answer","attempt":1,"startedAt":1795970669255,"outputs":{"value":{"value":{"text":"Members may borrow up to three tools for seven days. [1]","citations":[{"marker":"1","chunkId":"c16e48bb54b9281f716427df3028d10d","file":"documents/handbook.md","line":11,"start":298,"end":350,"quote":"Members may borrow up to three tools for seven days."}],"abstained":false}}},"memo":"5df496e6f09d0546f62e77ea290490f2228af47e37e9e3e76944c6cc66e73650"}');
INSERT INTO "events" VALUES (1,15,435826472,'{"seq":15,"at":1795970669257,"type":"run.finished","outputs":{"answer":{"value":{"text":"Members may borrow up to three tools for seven days. [1]","citations":[{"marker":"1","chunkId":"c16e48bb54b9281f716427df3028d10d","file":"documents/handbook.md","line":11,"start":298,"end":350,"quote":"Members may borrow up to three tools for seven days."}],"abstained":false}}}}');
INSERT INTO "events" VALUES (2,1,1263925903,'{"seq":1,"at":1795970670008,"type":"run.created","workflowId":"wf_approve","workflowName":"Approve a text","workflowHash":"eed25470fcee6c40070f3af42179573839a57b69633c1784084e71ee11c58f5b","snapshot":"f9ea3898ae290137f2dff3a8f20f851ad344ef1503ec04b298288af6a6aa28e3","inputs":{"text":{"digest":"4b48c507565c8ae156d31a151328d1bac494418445daa89f5a62bab3d600b760","bytes":3602}},"engine":"0.1.0","capture":"full"}');
INSERT INTO "events" VALUES (2,2,-503940204,'{"seq":2,"at":1795970670008,"type":"run.started","owner":"vm:28322","fence":1,"resumed":false}');
INSERT INTO "events" VALUES (2,3,-149011975,'{"seq":3,"at":1795970670024,"type":"step.finished","step":"text","node":"text","attempt":1,"startedAt":1795970670021,"outputs":{"value":{"digest":"4b48c507565c8ae156d31a151328d1bac494418445daa89f5a62bab3d600b760","bytes":3602}},"memo":"35951e2470c6020c68825075c594ae0b2711c2ab0871738f04e5ecde41b44a84"}');
INSERT INTO "events" VALUES (2,4,673058470,'{"seq":4,"at":1795970670024,"type":"step.started","step":"person","node":"person","attempt":1}');
INSERT INTO "events" VALUES (2,5,-2115070208,'{"seq":5,"at":1795970670032,"type":"step.waiting","step":"person","wait":"wait_434a4b4c56caed7343b729a7","kind":"review","title":"May this go out?","payload":{"digest":"4b48c507565c8ae156d31a151328d1bac494418445daa89f5a62bab3d600b760","bytes":3602},"payloadHash":"4b48c507565c8ae156d31a151328d1bac494418445daa89f5a62bab3d600b760","actions":["approve","edit","reject"],"form":{"type":"object","properties":{"payload":{"title":"Edited payload"}}}}');
INSERT INTO "events" VALUES (2,6,2142313978,'{"seq":6,"at":1795970670033,"type":"run.waiting","waits":["wait_434a4b4c56caed7343b729a7"]}');
INSERT INTO "events" VALUES (2,7,332211285,'{"seq":7,"at":1795970670631,"type":"run.started","owner":"vm:28386","fence":2,"resumed":true}');
INSERT INTO "events" VALUES (2,8,1067949887,'{"seq":8,"at":1795970670650,"type":"step.started","step":"person","node":"person","attempt":1,"cause":"crash"}');
INSERT INTO "events" VALUES (2,9,880218072,'{"seq":9,"at":1795970670658,"type":"wait.decided","step":"person","wait":"wait_434a4b4c56caed7343b729a7","decision":{"action":"approve","values":{},"by":"ada","comment":"Fine.","at":1795970670572}}');
INSERT INTO "events" VALUES (2,10,-794716294,'{"seq":10,"at":1795970670662,"type":"step.finished","step":"person","node":"person","attempt":1,"startedAt":1795970670648,"outputs":{"approved":{"digest":"4b48c507565c8ae156d31a151328d1bac494418445daa89f5a62bab3d600b760","bytes":3602},"decision":{"value":{"action":"approve","values":{},"by":"ada","comment":"Fine.","at":1795970670572}}},"memo":"2c3d54125491954c2e5f7c80224a72ce50e6ed42879dedaea4b3a248ee1eac1f","detail":{"action":"approve","by":"ada","comment":"Fine."}}');
INSERT INTO "events" VALUES (2,11,-1734662919,'{"seq":11,"at":1795970670664,"type":"step.finished","step":"approved","node":"approved","attempt":1,"startedAt":1795970670662,"outputs":{"value":{"digest":"4b48c507565c8ae156d31a151328d1bac494418445daa89f5a62bab3d600b760","bytes":3602}},"memo":"aa76c68790fc64b902033d1341767b6a1e23f47f739c96e7c9b53eab0229d4c9"}');
INSERT INTO "events" VALUES (2,12,392729716,'{"seq":12,"at":1795970670664,"type":"run.finished","outputs":{"approved":{"digest":"4b48c507565c8ae156d31a151328d1bac494418445daa89f5a62bab3d600b760","bytes":3602}}}');
INSERT INTO "events" VALUES (3,1,-677297093,'{"seq":1,"at":1795970671335,"type":"run.created","workflowId":"wf_approve","workflowName":"Approve a text","workflowHash":"eed25470fcee6c40070f3af42179573839a57b69633c1784084e71ee11c58f5b","snapshot":"f9ea3898ae290137f2dff3a8f20f851ad344ef1503ec04b298288af6a6aa28e3","inputs":{"text":{"value":"This one waits for a person."}},"engine":"0.1.0","capture":"full"}');
INSERT INTO "events" VALUES (3,2,300167396,'{"seq":2,"at":1795970671335,"type":"run.started","owner":"vm:28448","fence":1,"resumed":false}');
INSERT INTO "events" VALUES (3,3,-1466893729,'{"seq":3,"at":1795970671354,"type":"step.finished","step":"text","node":"text","attempt":1,"startedAt":1795970671348,"outputs":{"value":{"value":"This one waits for a person."}},"memo":"73206d0d408e23164438774ce78457f176e123ddb0e6ce241ba41164a6793304"}');
INSERT INTO "events" VALUES (3,4,-203612343,'{"seq":4,"at":1795970671359,"type":"step.started","step":"person","node":"person","attempt":1}');
INSERT INTO "events" VALUES (3,5,1942348758,'{"seq":5,"at":1795970671361,"type":"step.waiting","step":"person","wait":"wait_57fffa44ff961b2b3a56fa90","kind":"review","title":"May this go out?","payload":{"value":"This one waits for a person."},"payloadHash":"94388cd6bb3f66ace85f321359952caa0b61251feaff499875f6b7b6f1c7d5dd","actions":["approve","edit","reject"],"form":{"type":"object","properties":{"payload":{"title":"Edited payload"}}}}');
INSERT INTO "events" VALUES (3,6,1277486480,'{"seq":6,"at":1795970671367,"type":"run.waiting","waits":["wait_57fffa44ff961b2b3a56fa90"]}');
CREATE TABLE stored_values (
  digest TEXT NOT NULL PRIMARY KEY,
  form TEXT NOT NULL CHECK (form IN ('text', 'zstd', 'file', 'purged')),
  body BLOB
) STRICT;
INSERT INTO "stored_values" VALUES ('300ef882cb781f729ea87956d232b262e0d922bb90ba1eed5e42f895b2b56b19','zstd',X'28b52ffd60f408751d00663baa250051e501467af1dd66f2de7ffdac1dca34c6de426d47c767b88a2565315f1251555555b302a0009e009c00b923db09ec61d54e793e661c0ff3ecd4f3574c618e3dec3e75bd628a13698e36afc188cab7442723d73c075a18086a968f6e4e4c612fcad8c0f7dc3b9c903a90d31c6f133687460ca47171505ce23b2e5a64c34091ba85cae95132ce59de6cec611276a97a50d642b4ba14803f32454c91ee615f2786f7e4c3687da630fa1e32ed41485de3cd8cbc891ee3fc673c8c2ae4fad5352d651c160fc354bda4c93802f582c2de02d4bfa4ffdaaabfda6c3dd50f75f5d9136a215b7b02357d8dfbf86fe3a9b34bb909fa81274ebbbec6e3be36eaff2be5b6b9adaba19e78d5f83e547d43bda8170000ec6179e333531af91e96af67e6bdc62caf35b938f81aaafafd7b2bd738f1492636a6394cd340fcbe869d9879ed31edbd061f6cda221fed617fedc44ce96038626d6e489d24f65e5bd0036d590953d756f4bd2c743da15f0aad414c84cd9dd69ce6509b1f51e926d43cb8c4c934edb9b8400e94d08314d267a2289fd2d19a7b18ae4fd93c65a6b047e43da917d76a9ca78e222e75f6a691875c97664736bafe15fdc853ff9cb2ad7dd9c9c469b56d7d047d88574e9b56ef8c2d4303003c264ef15f133db9aff1fdd32356e3a73cb7342749d2ca45edcd75ea7cad84db9bfed7c6f72516a21f98d6ef8cef14450ff5fd5c2f3bb3071dcfa917ee59380f86b3c0b078187dcbb2973205a3a3c96a6d7d6c23d3c179ba577689ae0ffd68f091aeb5a7e9ca4e9cd6b76ce349d22f4ddccb4a0da9537deb81fadffeebfdd4cefe792f8b239357ad383c482cb4422161d00a55100e205a6168984868a5952ab194baded04f95d8097e885b8d27297737b83c19dbe2b41897253ab0c1e722e98d748cd386a1ad99744aea2f7e9c2f8af0df1239851af89379eeb563a8f12472c4102410910a848824a935304262142beb01124006a6524c29110924924844f2504ea9dd012b76b0f1365a4787581a83ef46b2502089f2d45d1bfedc7636a90ead56ea3597506252bc259970841fc4553bd1ca06a19e06922d52cbd5c5a144951ca68122f53df93973486b0939d41201c716a2cc97e596a32d893e12bd4c9e4d72b25bc5400b5b0ccc0318451c91e313c55167eda4c2a4fb4280480d526bcd7daac9c3907724568715a237a927970b59b1e816a8b21b2802f7f2663fa0a29c1fd19582aa11bf8913be96258563d2e8c14bb6cd4c958bd02324e93b819e374b5cfcfcb24294ac399caefe0af7447c7d7e393dcd4d436a81d5b33e0de4650a');
INSERT INTO "stored_values" VALUES ('f41e5c29932a872439791e93e6c32e17d16798fd27296f0ef0401b8d253a9ffd','zstd',X'28b52ffd60c30d3d2400da443c0c29008d641b4e22a3b81a6c095e7bec94145f6c19ee931dd879b1d6b10180bf5bb42596b714555555152bbc00b100bc000da71c3fe71758018bfd44abf91076661f4d5ed89eea4abf0b0d6afe548d4db9b2e4da5743da6b509b5d4dbe1af258ee4907ba44920d5498d748cf814fa42c51e428cdbc4835a441a6619c04c2d79cc4443ed1e31e7631718f94964432ca8b1885e9e7494ae32c11239f229bc84cb3bc4781d135a84d94a76b51fd47d2790240dba2a486340f6aed1403840dd4a477439a849d2c0e26897c0e3b51624782cbd31d016a3241f5beb2f8b24d88801aad3c9b629b00b54ad1d53fb609013dd1db912d6c69575c778ad4e45824933fab535be74f747965b72f9ded7806bba0d27b2b9d942475b4b3ab671f2b3ba3a2bc01aa6ec7f6fc6bdbbf625d6d47eb1cf7213f7adf47b4b22766d39e4ba9ad3cd525b00bfa60b9de134d77beb4dd73aafb75b16ca37df0b57476747583339ca1a0d01ae234106a75725d20748b029d6b949740a7729e3de7f59c8781cdc2b8c53d8be33478f6c447ba40071707a14b60e238a55938a8f5fc481b52d1a8f55f37c88307038b4804c101068b3034402c2cb2883b5e56931b1672c73f6837185b4a4d75d7250a6c18a73c8e611485791297c02735ec346f61e92cd23951c64632649a89506292868ac43272928e0b7cd039172d4ce2f871ee711cb9d8926c5e8c1c98284c5c1c071fa3444fd244309189ec45621a885438f7a046bdabaf546d485b48bc0f674c6c69a556b278daca2bad6e4c9ee24a2f4d6e08bba8d476a4eafb66ff78b0f45fac1dc86ef0c572a5f356fa0caba0b078b0a49d41ec630615121ad266ffc4da6c9a0d90dd1137fcad75fc8233207faad2ce1a3803aa1406dad5953ee84ffaee1ce9222cad9f96f6cb9e20ec42e2456c5bd8c5148dd0da55e41939a3276712e83a55a9e9d8ae5ce94e919b5a3dd5778a959d397502ded5231a4c69057c9cf160c40349bc088908a8c9c6b09fb2211215aef17f6ffa567c68a56656f961dd61172e819ae71ce4ecf50f96ded82fa51cdb13c4cc7eda8653de9883e49edb93b7e5c7ed38b3a716c5d7220b1c1e146c8093a8212582469109448402999924ad06204242905265771260d6a9634aa19109249224529ee594d86d885f0a2ff53f62eb2e0e30deeaee72f58debce58dccbb83c46373352e18200c000599dc1c34eefc1fecfd0d3804ba3c1c7cfc88e88081002502f9f294911242b8215678a615c6446d3a290c6bc9218b6350345aa839bb23c507165c73b1e0e4b088b9e08a713cba0e8af68d01b6f7900e88ba5f3be1be1a3c07b79f2c646786df34baad361b3ea8dd6b4446a98f324f1886c88bcf6d995e25e0f6a92b7524b35c56948158266a348c19e899d05a4d50be9b04417c7d750f68ae5c6465332654a748de56cbe953dfa193883680c3e05f00b71bd89b728ae72e94c7225695b60120134f535f393543e85d45a2274ac210f133d32ba104116e50564705b8b98752d990cc8210791e8ed871a3c8e802b7ec945968e09f8076fdf9a9d39c08209916a2074d43bcebf7b8390f4d97151a3988ec35dd56beb10bc78acbbced472b2cae3e6d7020ac35e3ea1e1fe');
INSERT INTO "stored_values" VALUES ('4b48c507565c8ae156d31a151328d1bac494418445daa89f5a62bab3d600b760','zstd',X'28b52ffd60120d7d010064022241206c6f6e67206c65747465722c206b6570742062657369646520746865206c6f672e202201004deff1d513');
CREATE TABLE personal_values (
  rid INTEGER NOT NULL,
  digest TEXT NOT NULL,
  form TEXT NOT NULL CHECK (form IN ('row', 'file', 'purged')),
  body BLOB,
  file TEXT,
  PRIMARY KEY (rid, digest)
) STRICT;
CREATE TABLE value_refs (
  digest TEXT NOT NULL,
  rid INTEGER NOT NULL,
  PRIMARY KEY (digest, rid)
) STRICT, WITHOUT ROWID;
INSERT INTO "value_refs" VALUES ('300ef882cb781f729ea87956d232b262e0d922bb90ba1eed5e42f895b2b56b19',1);
INSERT INTO "value_refs" VALUES ('f41e5c29932a872439791e93e6c32e17d16798fd27296f0ef0401b8d253a9ffd',1);
INSERT INTO "value_refs" VALUES ('4b48c507565c8ae156d31a151328d1bac494418445daa89f5a62bab3d600b760',2);
CREATE TABLE snapshots (
  hash TEXT NOT NULL PRIMARY KEY,
  form TEXT NOT NULL CHECK (form IN ('text', 'zstd')),
  checksum INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;
INSERT INTO "snapshots" VALUES ('524451026ad519b104e474516391c1e72161f90968df5e2ba641b75fd44167cd','zstd',-951455057,X'28b52ffd60200a2d1e00766a7823208fdb8077444aa85a72a3b2a3855bb6911432964c41f497cd7bffd9800b0504042c1c6d006800710090219bf6f6527b0b326b87c1606805f64a6e9af4175a0ca6b45ffbde822fcb4fd5a4926eda28c3a86a4288f6fd0b38624d15c3308ca351f8f08bbb7d7d7476ed556937c6472d46b45194a41b0417d2462366ee541920340aaddfc863c638e29811edf2482f8d428edae34fd24b8fe448726bc1f9fc49059f276b5fa41d7e1b2b60764b5e2f3a4cf82d1f4ffef62ac9900d8611e77b27eb6dc7f1430b4c8076200a72ac786403398a6c7b4b69a7f1cd8e7f1f26b496f3f13f9b8f276f5d6e42df2aa92c517bbe057ffb4ac68f232e7632f4e9fc3d190a324d0b0a09ec100e0c2c8f634501e349ef23e0182d8551d3a423b4dc31fd73e6ad978784b12a6dc0f6f6fb6db955df9efc65c942b8d2643529158ccb1964cb11da68c5a367f2bc02314d974b3b4d433b8f614c8076da69c0f7ee5d19dd92bfd0a765612a163994909d354313d9803802d3344dd300d48b84823c7e068d3a48fe9c1360c92e879e9d925ca30cb61e4194b946c04040803e1effafc410344f5ce259c26284217034ca170daa621a95367a4c7147a3ed0d3ea644e9a3afa43dedcb6dab6479551cdf37caf8b558c1afe23d49fffcdeca84d48de2a9381afd75cf1f0d80daa8c1a532423322220a9224c972408284a0aa6e1200b3308e1321428418676464142631b5bf0145009c5f5b3492b3ad6ef2f67218f89f286b6365c8b52520bb83428a051d8d9bbc7d4694359a574e942ea32d5d3354a1ed968904dc3fe1843fbb67d23b5db08a74bec465a4cb277ee8eb329b9bc7fb157a807b54fc375fe907f0f430dc8c45411e2aefc31f262c3f64fa4806dc515fa24a7dc8634cca99a742df995352f0b746082d90077ab8c4bc27add1a34209a528d8e8cab6cc04ab0c90f5dbbf8482ee03e55620d0781c30f3fbf0fb81758a60fd73b6f5c5de1b01f2a51a47b4f17344ac3f9701e763d5dd126e2892cc8b6e5ab8231531474d3d0ce4c7c19211b40af32a6ac577f8fde3182162dc1f3ca46ffa5e7737d601faccba107d50f01c3c9cdafe0e7a6e2916fa5b32ab606961a476a9c9f40952311be5357e9259c58840af09a568112f873c5a218c939d19d0abf8e24b9dd11644b2bb68add418d8beb962fea10a10b3b08dc076c0c7a001ab6579634eb8f8c10862012d2ec7d0dbc2eb003dc7020f403f0abe76cc5c2359bd930c4c3f19e0f8834af1d40519b8eecf378f5105a4d1f960372bf625f8b7a36028f3ca659e2bce7d17cd705dc25463425e18887c30369a450f8f21982103852ce92e716ae7f0802a89a23efc0f');
INSERT INTO "snapshots" VALUES ('f9ea3898ae290137f2dff3a8f20f851ad344ef1503ec04b298288af6a6aa28e3','text',-111808060,X'7b2270726f66696c6573223a7b226c6f63616c2d656d626564646572223a7b226261746368223a36342c226d6f64656c223a2268617368696e672d656d626564646572222c2270726f7669646572223a226275696c742d696e222c2274696d656f757473223a7b22636f6e6e6563744d73223a31303030302c2269646c654d73223a33303030302c22746f74616c4d73223a36303030307d2c22757365223a22656d62656464696e67227d2c22726561646572223a7b226d6f64656c223a22657874726163746976652d726561646572222c2270726f7669646572223a226275696c742d696e222c2274696d656f757473223a7b22636f6e6e6563744d73223a31303030302c2269646c654d73223a33303030302c22746f74616c4d73223a36303030307d2c22757365223a2263686174227d7d2c2270726f6d707473223a7b7d2c22776f726b666c6f77223a7b226564676573223a5b7b2266726f6d223a7b226e6f6465223a2274657874222c22706f7274223a2276616c7565227d2c226964223a226531222c22746f223a7b226e6f6465223a22706572736f6e222c22706f7274223a227061796c6f6164227d7d2c7b2266726f6d223a7b226e6f6465223a22706572736f6e222c22706f7274223a22617070726f766564227d2c226964223a226532222c22746f223a7b226e6f6465223a22617070726f766564222c22706f7274223a2276616c7565227d7d5d2c22666f726d6174223a312c226964223a2277665f617070726f7665222c22696e70757473223a7b2274657874223a7b227265717569726564223a747275652c2274797065223a2274657874227d7d2c226e616d65223a22417070726f766520612074657874222c226e6f646573223a5b7b22636f6e666967223a7b226e616d65223a2274657874227d2c226964223a2274657874222c2274797065223a22696e707574222c2276657273696f6e223a317d2c7b22636f6e666967223a7b227469746c65223a224d6179207468697320676f206f75743f227d2c226964223a22706572736f6e222c2274797065223a2268756d616e2d726576696577222c2276657273696f6e223a317d2c7b22636f6e666967223a7b226e616d65223a22617070726f766564227d2c226964223a22617070726f766564222c2274797065223a226f7574707574222c2276657273696f6e223a317d5d2c226f757470757473223a7b22617070726f766564223a7b2274797065223a22616e79227d7d2c227265736f7572636573223a7b7d7d7d');
CREATE TABLE run_summaries (
  rid INTEGER PRIMARY KEY,
  workflow_id TEXT NOT NULL,
  workflow_name TEXT NOT NULL,
  workflow_hash TEXT NOT NULL,
  snapshot TEXT NOT NULL,
  engine TEXT NOT NULL,
  capture TEXT NOT NULL,
  origin TEXT,
  status TEXT NOT NULL,
  created_at REAL NOT NULL,
  started_at REAL,
  ended_at REAL,
  starts INTEGER NOT NULL,
  error TEXT,
  failed_step TEXT,
  succeeded INTEGER NOT NULL,
  cached INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  skipped INTEGER NOT NULL,
  cancelled INTEGER NOT NULL,
  retried INTEGER NOT NULL,
  calls INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  nano_usd INTEGER NOT NULL,
  unpriced_calls INTEGER NOT NULL,
  open_waits INTEGER NOT NULL
) STRICT;
INSERT INTO "run_summaries" VALUES (1,'wf_answer','Answer from documents','6d9f5ebf1ca9fec132ed1b938d669946ff159f39eab94c5c6aec42b77bc5dd87','524451026ad519b104e474516391c1e72161f90968df5e2ba641b75fd44167cd','0.1.0','full',NULL,'succeeded',1795970669084.0,1795970669084.0,1795970669257.0,1,NULL,NULL,8,0,0,0,0,0,2,266,14,0,0,0);
INSERT INTO "run_summaries" VALUES (2,'wf_approve','Approve a text','eed25470fcee6c40070f3af42179573839a57b69633c1784084e71ee11c58f5b','f9ea3898ae290137f2dff3a8f20f851ad344ef1503ec04b298288af6a6aa28e3','0.1.0','full',NULL,'succeeded',1795970670008.0,1795970670008.0,1795970670664.0,2,NULL,NULL,3,0,0,0,0,0,0,0,0,0,0,0);
INSERT INTO "run_summaries" VALUES (3,'wf_approve','Approve a text','eed25470fcee6c40070f3af42179573839a57b69633c1784084e71ee11c58f5b','f9ea3898ae290137f2dff3a8f20f851ad344ef1503ec04b298288af6a6aa28e3','0.1.0','full',NULL,'waiting',1795970671335.0,1795970671335.0,NULL,1,NULL,NULL,1,0,0,0,0,0,0,0,0,0,0,1);
CREATE TABLE steps (
  rid INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  step TEXT NOT NULL,
  node TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  state TEXT NOT NULL,
  started_at REAL NOT NULL,
  ended_at REAL,
  end_seq INTEGER,
  error_code TEXT,
  error_class TEXT,
  calls INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  nano_usd INTEGER NOT NULL,
  cached_run TEXT,
  memo TEXT,
  PRIMARY KEY (rid, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO "steps" VALUES (1,3,'question','question',1,'succeeded',1795970669094.0,1795970669101.0,3,NULL,NULL,0,0,0,0,NULL,NULL);
INSERT INTO "steps" VALUES (1,4,'documents','documents',1,'succeeded',1795970669093.0,1795970669141.0,6,NULL,NULL,1,0,0,0,NULL,NULL);
INSERT INTO "steps" VALUES (1,7,'chunks','chunks',1,'succeeded',1795970669141.0,1795970669164.0,7,NULL,NULL,0,0,0,0,NULL,NULL);
INSERT INTO "steps" VALUES (1,8,'ranked','ranked',1,'succeeded',1795970669164.0,1795970669181.0,8,NULL,NULL,0,0,0,0,NULL,NULL);
INSERT INTO "steps" VALUES (1,9,'context','context',1,'succeeded',1795970669181.0,1795970669193.0,9,NULL,NULL,0,0,0,0,NULL,NULL);
INSERT INTO "steps" VALUES (1,10,'prompt','prompt',1,'succeeded',1795970669193.0,1795970669199.0,10,NULL,NULL,0,0,0,0,NULL,NULL);
INSERT INTO "steps" VALUES (1,11,'model','model',1,'succeeded',1795970669199.0,1795970669254.0,13,NULL,NULL,1,266,14,0,NULL,NULL);
INSERT INTO "steps" VALUES (1,14,'answer','answer',1,'succeeded',1795970669255.0,1795970669256.0,14,NULL,NULL,0,0,0,0,NULL,NULL);
INSERT INTO "steps" VALUES (2,3,'text','text',1,'succeeded',1795970670021.0,1795970670024.0,3,NULL,NULL,0,0,0,0,NULL,NULL);
INSERT INTO "steps" VALUES (2,4,'person','person',1,'succeeded',1795970670648.0,1795970670662.0,10,NULL,NULL,0,0,0,0,NULL,NULL);
INSERT INTO "steps" VALUES (2,11,'approved','approved',1,'succeeded',1795970670662.0,1795970670664.0,11,NULL,NULL,0,0,0,0,NULL,NULL);
INSERT INTO "steps" VALUES (3,3,'text','text',1,'succeeded',1795970671348.0,1795970671354.0,3,NULL,NULL,0,0,0,0,NULL,NULL);
INSERT INTO "steps" VALUES (3,4,'person','person',1,'waiting',1795970671359.0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL);
CREATE TABLE calls (
  rid INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  step TEXT NOT NULL,
  call INTEGER NOT NULL,
  kind TEXT NOT NULL,
  effect TEXT,
  state TEXT NOT NULL,
  started_at REAL NOT NULL,
  ended_at REAL,
  provider TEXT,
  model TEXT,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  nano_usd INTEGER,
  error_code TEXT,
  error_class TEXT,
  PRIMARY KEY (rid, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO "calls" VALUES (1,5,'documents',0,'documents.load',NULL,'completed',1795970669112.0,1795970669140.0,NULL,NULL,0,0,NULL,NULL,NULL);
INSERT INTO "calls" VALUES (1,12,'model',0,'model.generate',NULL,'completed',1795970669217.0,1795970669250.0,'built-in','extractive-reader',266,14,0,NULL,NULL);
CREATE TABLE waits (
  rid INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  wait TEXT NOT NULL,
  step TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  title TEXT NOT NULL,
  payload TEXT NOT NULL,
  payload_hash TEXT NOT NULL,
  actions TEXT NOT NULL,
  form TEXT,
  due_at REAL,
  reason TEXT,
  opened_at REAL NOT NULL,
  closed_at REAL,
  decision TEXT,
  PRIMARY KEY (rid, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO "waits" VALUES (2,5,'wait_434a4b4c56caed7343b729a7','person','review','decided','May this go out?','{"digest":"4b48c507565c8ae156d31a151328d1bac494418445daa89f5a62bab3d600b760","bytes":3602}','4b48c507565c8ae156d31a151328d1bac494418445daa89f5a62bab3d600b760','["approve","edit","reject"]','{"type":"object","properties":{"payload":{"title":"Edited payload"}}}',NULL,NULL,1795970670032.0,1795970670658.0,'{"action":"approve","values":{},"by":"ada","comment":"Fine.","at":1795970670572}');
INSERT INTO "waits" VALUES (3,5,'wait_57fffa44ff961b2b3a56fa90','person','review','open','May this go out?','{"value":"This one waits for a person."}','94388cd6bb3f66ace85f321359952caa0b61251feaff499875f6b7b6f1c7d5dd','["approve","edit","reject"]','{"type":"object","properties":{"payload":{"title":"Edited payload"}}}',NULL,NULL,1795970671361.0,NULL,NULL);
CREATE TABLE logs (
  rid INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at REAL NOT NULL,
  step TEXT NOT NULL,
  level TEXT NOT NULL,
  message TEXT NOT NULL,
  data TEXT,
  PRIMARY KEY (rid, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE decisions (
  rid INTEGER NOT NULL REFERENCES runs (rid),
  wait TEXT NOT NULL,
  payload_hash TEXT NOT NULL,
  decision TEXT NOT NULL,
  PRIMARY KEY (rid, wait)
) STRICT;
CREATE TABLE cache (
  key TEXT NOT NULL PRIMARY KEY,
  form TEXT NOT NULL CHECK (form IN ('text', 'zstd')),
  checksum INTEGER NOT NULL,
  body BLOB NOT NULL,
  stored_at REAL NOT NULL,
  expires_at REAL NOT NULL
) STRICT;
CREATE INDEX personal_values_digest ON personal_values (digest);
CREATE INDEX personal_values_file ON personal_values (file) WHERE file IS NOT NULL;
CREATE INDEX value_refs_rid ON value_refs (rid);
CREATE INDEX run_summaries_workflow ON run_summaries (workflow_id, rid);
CREATE INDEX run_summaries_status ON run_summaries (status, rid);
CREATE INDEX steps_memo ON steps (memo, ended_at) WHERE memo IS NOT NULL;
CREATE INDEX waits_wait ON waits (wait);
CREATE INDEX waits_state ON waits (state, opened_at);
CREATE INDEX cache_expires ON cache (expires_at);
