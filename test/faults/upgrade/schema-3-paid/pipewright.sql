PRAGMA application_id=1347899988;
CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP);
INSERT INTO "migrations" VALUES (1,'runs-events-values','2bef3f04f551c8c328a69c9ff7456a3163fbbd4436c92c3e1df5c62d1611969b','2026-11-30 12:07:54');
INSERT INTO "migrations" VALUES (2,'sealed-waits','8a622cdbbc92ec36581891a7d7a0b23d969b13fa5d83aba59a7dd8ea4910e124','2026-11-30 12:07:54');
INSERT INTO "migrations" VALUES (3,'sessions','0592397948f0733c45128ddfe7ce59ee92623f59ef59f3162c421d514094b581','2026-11-30 12:07:54');
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
INSERT INTO "runs" VALUES (1,'run_mx384jipqmyk1jmt',16,1,NULL,NULL,NULL,NULL,NULL,'kept');
INSERT INTO "runs" VALUES (2,'run_mx384mspt92lp9th',12,2,NULL,NULL,NULL,NULL,NULL,'kept');
INSERT INTO "runs" VALUES (3,'run_mx384qw36pg976nz',6,1,NULL,NULL,NULL,NULL,NULL,'kept');
INSERT INTO "runs" VALUES (4,'run_mx384t1wnjcxwlzz',10,1,NULL,NULL,NULL,NULL,NULL,'kept');
CREATE TABLE events (
  rid INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (rid, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO "events" VALUES (1,1,253544812,'{"seq":1,"at":1796040474579,"type":"run.created","workflowId":"wf_answer","workflowName":"Answer from documents","workflowHash":"6d9f5ebf1ca9fec132ed1b938d669946ff159f39eab94c5c6aec42b77bc5dd87","snapshot":"c29cf455f40ec02ea7bbded517acf2bd7b9c362691719c939c7eb3d04fa612ee","inputs":{"question":{"value":"How long may a tool be borrowed?"}},"engine":"0.1.0","capture":"full"}');
INSERT INTO "events" VALUES (1,2,-1436488842,'{"seq":2,"at":1796040474579,"type":"run.started","owner":"vm:19739","fence":1,"resumed":false}');
INSERT INTO "events" VALUES (1,3,-370927355,'{"seq":3,"at":1796040474609,"type":"step.finished","step":"question","node":"question","attempt":1,"startedAt":1796040474603,"outputs":{"value":{"value":"How long may a tool be borrowed?"}},"memo":"f78423dd5ab736b1cf86731f1894809306ee8c3dc03195865def09ccbc65aa85"}');
INSERT INTO "events" VALUES (1,4,-1420794324,'{"seq":4,"at":1796040474616,"type":"step.started","step":"documents","node":"documents","attempt":1}');
INSERT INTO "events" VALUES (1,5,-647145138,'{"seq":5,"at":1796040474723,"type":"call.completed","step":"documents","call":0,"kind":"documents.load","digest":"115b5a92e6f841c3faf388d72ebd12e0d321484fea67adbb3b215f8e7a0648e2","request":{"value":{"patterns":["**/*.md"]}},"startedAt":1796040474619,"response":{"value":{"documents":[{"id":"doc_ee952f8afc8a81d332053e2d","file":"documents/handbook.md","title":"Handbook of the Harbour Workshop","mime":"text/markdown","text":"# Handbook of the Harbour Workshop\n\nReplace this page by documents of your own: Markdown, text, HTML, PDF, Word, CSV, JSON, mail and source code are read.\n\n## Opening hours\n\nThe workshop is open on weekdays from 8:00 to 17:30. On Saturdays it opens at 9:00 and closes at noon.\n\n## Borrowing tools\n\nMembers may borrow up to three tools for seven days. A tool that is reserved by nobody can be kept for one more week; ask\nat the counter before the first week ends. Power tools need a short introduction, which takes place every Tuesday.\n\n## Lost and damaged tools\n\nReport damage on the day that you notice it. Wear is free of charge. A lost tool is replaced at half its price in the first\nyear and free of charge after that.\n","hash":"d7dd8332af82b1efcaa48b7a077742cb4853ffdf400b308dbff414c1a2d919f1","metadata":{}}],"failures":[]}}}');
INSERT INTO "events" VALUES (1,6,-1367587525,'{"seq":6,"at":1796040474723,"type":"step.finished","step":"documents","node":"documents","attempt":1,"startedAt":1796040474599,"outputs":{"documents":{"value":[{"id":"doc_ee952f8afc8a81d332053e2d","file":"documents/handbook.md","title":"Handbook of the Harbour Workshop","mime":"text/markdown","text":"# Handbook of the Harbour Workshop\n\nReplace this page by documents of your own: Markdown, text, HTML, PDF, Word, CSV, JSON, mail and source code are read.\n\n## Opening hours\n\nThe workshop is open on weekdays from 8:00 to 17:30. On Saturdays it opens at 9:00 and closes at noon.\n\n## Borrowing tools\n\nMembers may borrow up to three tools for seven days. A tool that is reserved by nobody can be kept for one more week; ask\nat the counter before the first week ends. Power tools need a short introduction, which takes place every Tuesday.\n\n## Lost and damaged tools\n\nReport damage on the day that you notice it. Wear is free of charge. A lost tool is replaced at half its price in the first\nyear and free of charge after that.\n","hash":"d7dd8332af82b1efcaa48b7a077742cb4853ffdf400b308dbff414c1a2d919f1","metadata":{}}]},"failures":{"value":[]}},"memo":"ab36942b5c5ade47c1192bfe75b5bf883a4b0ae95716b481c97d89268d758ab7","detail":{"documents":1,"failures":0}}');
INSERT INTO "events" VALUES (1,7,-278308850,'{"seq":7,"at":1796040474748,"type":"step.finished","step":"chunks","node":"chunks","attempt":1,"startedAt":1796040474723,"outputs":{"chunks":{"value":[{"id":"c2e36f2c6e62ad7cdc80d58da5178a7f","documentId":"doc_ee952f8afc8a81d332053e2d","file":"documents/handbook.md","title":"Handbook of the Harbour Workshop","text":"# Handbook of the Harbour Workshop\n\nReplace this page by documents of your own: Markdown, text, HTML, PDF, Word, CSV, JSON, mail and source code are read.\n\n## Opening hours\n\nThe workshop is open on weekdays from 8:00 to 17:30. On Saturdays it opens at 9:00 and closes at noon.","start":0,"end":276,"line":1,"endLine":7,"hash":"f5ed3d32b739b4612085c64328bc17dfec0ba09009a0365b0002125ce38bdaf4","metadata":{"section":"Handbook of the Harbour Workshop"}},{"id":"c16e48bb54b9281f716427df3028d10d","documentId":"doc_ee952f8afc8a81d332053e2d","file":"documents/handbook.md","title":"Handbook of the Harbour Workshop","text":"## Borrowing tools\n\nMembers may borrow up to three tools for seven days. A tool that is reserved by nobody can be kept for one more week; ask\nat the counter before the first week ends. Power tools need a short introduction, which takes place every Tuesday.\n\n## Lost and damaged tools\n\nReport damage on the day that you notice it. Wear is free of charge. A lost tool is replaced at half its price in the first\nyear and free of charge after that.","start":278,"end":722,"line":9,"endLine":17,"hash":"0c2491576ac7d41d6b5874f19e646b146d35fd903c0a909b9d3c3ae122386762","metadata":{"section":"Handbook of the Harbour Workshop > Borrowing tools"}}]}},"memo":"6b6cb6c43496832beb4c0334d5a727db5ede94ad01d09b38928cc8fc5183c1db","detail":{"documents":1,"chunks":2}}');
INSERT INTO "events" VALUES (1,8,-468533960,'{"seq":8,"at":1796040474748,"type":"step.started","step":"ranked","node":"ranked","attempt":1}');
INSERT INTO "events" VALUES (1,9,910957958,'{"seq":9,"at":1796040474790,"type":"step.finished","step":"ranked","node":"ranked","attempt":1,"startedAt":1796040474748,"outputs":{"chunks":{"value":[{"id":"c16e48bb54b9281f716427df3028d10d","documentId":"doc_ee952f8afc8a81d332053e2d","file":"documents/handbook.md","title":"Handbook of the Harbour Workshop","text":"## Borrowing tools\n\nMembers may borrow up to three tools for seven days. A tool that is reserved by nobody can be kept for one more week; ask\nat the counter before the first week ends. Power tools need a short introduction, which takes place every Tuesday.\n\n## Lost and damaged tools\n\nReport damage on the day that you notice it. Wear is free of charge. A lost tool is replaced at half its price in the first\nyear and free of charge after that.","start":278,"end":722,"line":9,"endLine":17,"hash":"0c2491576ac7d41d6b5874f19e646b146d35fd903c0a909b9d3c3ae122386762","metadata":{"section":"Handbook of the Harbour Workshop > Borrowing tools"},"score":0.7408323022052025,"scores":{"coverage":0.8859050657269819,"rerank":0.823147002450225,"mmr":0.7408323022052025}},{"id":"c2e36f2c6e62ad7cdc80d58da5178a7f","documentId":"doc_ee952f8afc8a81d332053e2d","file":"documents/handbook.md","title":"Handbook of the Harbour Workshop","text":"# Handbook of the Harbour Workshop\n\nReplace this page by documents of your own: Markdown, text, HTML, PDF, Word, CSV, JSON, mail and source code are read.\n\n## Opening hours\n\nThe workshop is open on weekdays from 8:00 to 17:30. On Saturdays it opens at 9:00 and closes at noon.","start":0,"end":276,"line":1,"endLine":7,"hash":"f5ed3d32b739b4612085c64328bc17dfec0ba09009a0365b0002125ce38bdaf4","metadata":{"section":"Handbook of the Harbour Workshop"},"score":0.30396446609406724,"scores":{"coverage":0,"rerank":0.35,"mmr":0.30396446609406724}}]}},"memo":"cd4a21ebe11ee6626454b9d2bb00b6c65e445a736a1301879ca01c718437d489","detail":{"method":"coverage+mmr","lists":1,"candidates":2,"kept":[{"id":"c16e48bb54b9281f716427df3028d10d","file":"documents/handbook.md","before":2,"after":1,"score":0.7408323022052025},{"id":"c2e36f2c6e62ad7cdc80d58da5178a7f","file":"documents/handbook.md","before":1,"after":2,"score":0.30396446609406724}]}}');
INSERT INTO "events" VALUES (1,10,1403658583,'{"seq":10,"at":1796040474805,"type":"step.finished","step":"context","node":"context","attempt":1,"startedAt":1796040474790,"outputs":{"context":{"digest":"300ef882cb781f729ea87956d232b262e0d922bb90ba1eed5e42f895b2b56b19","bytes":2548},"text":{"value":"[1] documents/handbook.md:9\n## Borrowing tools\n\nMembers may borrow up to three tools for seven days. A tool that is reserved by nobody can be kept for one more week; ask\nat the counter before the first week ends. Power tools need a short introduction, which takes place every Tuesday.\n\n## Lost and damaged tools\n\nReport damage on the day that you notice it. Wear is free of charge. A lost tool is replaced at half its price in the first\nyear and free of charge after that.\n\n[2] documents/handbook.md:1\n# Handbook of the Harbour Workshop\n\nReplace this page by documents of your own: Markdown, text, HTML, PDF, Word, CSV, JSON, mail and source code are read.\n\n## Opening hours\n\nThe workshop is open on weekdays from 8:00 to 17:30. On Saturdays it opens at 9:00 and closes at noon."},"chunks":{"value":[{"id":"c16e48bb54b9281f716427df3028d10d","documentId":"doc_ee952f8afc8a81d332053e2d","file":"documents/handbook.md","title":"Handbook of the Harbour Workshop","text":"## Borrowing tools\n\nMembers may borrow up to three tools for seven days. A tool that is reserved by nobody can be kept for one more week; ask\nat the counter before the first week ends. Power tools need a short introduction, which takes place every Tuesday.\n\n## Lost and damaged tools\n\nReport damage on the day that you notice it. Wear is free of charge. A lost tool is replaced at half its price in the first\nyear and free of charge after that.","start":278,"end":722,"line":9,"endLine":17,"hash":"0c2491576ac7d41d6b5874f19e646b146d35fd903c0a909b9d3c3ae122386762","metadata":{"section":"Handbook of the Harbour Workshop > Borrowing tools"},"score":0.7408323022052025,"scores":{"coverage":0.8859050657269819,"rerank":0.823147002450225,"mmr":0.7408323022052025}},{"id":"c2e36f2c6e62ad7cdc80d58da5178a7f","documentId":"doc_ee952f8afc8a81d332053e2d","file":"documents/handbook.md","title":"Handbook of the Harbour Workshop","text":"# Handbook of the Harbour Workshop\n\nReplace this page by documents of your own: Markdown, text, HTML, PDF, Word, CSV, JSON, mail and source code are read.\n\n## Opening hours\n\nThe workshop is open on weekdays from 8:00 to 17:30. On Saturdays it opens at 9:00 and closes at noon.","start":0,"end":276,"line":1,"endLine":7,"hash":"f5ed3d32b739b4612085c64328bc17dfec0ba09009a0365b0002125ce38bdaf4","metadata":{"section":"Handbook of the Harbour Workshop"},"score":0.30396446609406724,"scores":{"coverage":0,"rerank":0.35,"mmr":0.30396446609406724}}]}},"memo":"f6a40d80e6d0c40cddfe9e94d694fe91c2caaf29d82a32c15547938409c5f39c","detail":{"candidates":2,"packed":2,"tokens":192,"budget":1200,"overBudget":0,"duplicates":0}}');
INSERT INTO "events" VALUES (1,11,1312107340,'{"seq":11,"at":1796040474814,"type":"step.finished","step":"prompt","node":"prompt","attempt":1,"startedAt":1796040474805,"outputs":{"messages":{"value":[{"role":"system","content":"Answer from the numbered context and nothing else. After each statement write the number of its source in square\nbrackets, for example [1]. When the context does not hold the answer, say that you cannot answer from the sources."},{"role":"user","content":"Context:\n[1] documents/handbook.md:9\n## Borrowing tools\n\nMembers may borrow up to three tools for seven days. A tool that is reserved by nobody can be kept for one more week; ask\nat the counter before the first week ends. Power tools need a short introduction, which takes place every Tuesday.\n\n## Lost and damaged tools\n\nReport damage on the day that you notice it. Wear is free of charge. A lost tool is replaced at half its price in the first\nyear and free of charge after that.\n\n[2] documents/handbook.md:1\n# Handbook of the Harbour Workshop\n\nReplace this page by documents of your own: Markdown, text, HTML, PDF, Word, CSV, JSON, mail and source code are read.\n\n## Opening hours\n\nThe workshop is open on weekdays from 8:00 to 17:30. On Saturdays it opens at 9:00 and closes at noon.\n\nQuestion:\nHow long may a tool be borrowed?"}]},"text":{"value":"Answer from the numbered context and nothing else. After each statement write the number of its source in square\nbrackets, for example [1]. When the context does not hold the answer, say that you cannot answer from the sources.\n\nContext:\n[1] documents/handbook.md:9\n## Borrowing tools\n\nMembers may borrow up to three tools for seven days. A tool that is reserved by nobody can be kept for one more week; ask\nat the counter before the first week ends. Power tools need a short introduction, which takes place every Tuesday.\n\n## Lost and damaged tools\n\nReport damage on the day that you notice it. Wear is free of charge. A lost tool is replaced at half its price in the first\nyear and free of charge after that.\n\n[2] documents/handbook.md:1\n# Handbook of the Harbour Workshop\n\nReplace this page by documents of your own: Markdown, text, HTML, PDF, Word, CSV, JSON, mail and source code are read.\n\n## Opening hours\n\nThe workshop is open on weekdays from 8:00 to 17:30. On Saturdays it opens at 9:00 and closes at noon.\n\nQuestion:\nHow long may a tool be borrowed?"}},"memo":"e327e0a71399358f27c20c325cf05159570637eb30b660c35e907e18f42acd09","detail":{"prompt":"answer","messages":2,"characters":1058}}');
INSERT INTO "events" VALUES (1,12,-687294310,'{"seq":12,"at":1796040474815,"type":"step.started","step":"model","node":"model","attempt":1}');
INSERT INTO "events" VALUES (1,13,-949499511,'{"seq":13,"at":1796040474895,"type":"call.completed","step":"model","call":0,"kind":"model.generate","digest":"f41e5c29932a872439791e93e6c32e17d16798fd27296f0ef0401b8d253a9ffd","request":{"digest":"f41e5c29932a872439791e93e6c32e17d16798fd27296f0ef0401b8d253a9ffd","bytes":3779},"startedAt":1796040474830,"usage":{"inputTokens":266,"outputTokens":14,"estimated":true},"cost":{"nanoUsd":0,"known":true,"priceVersion":"built-in"},"model":"extractive-reader","provider":"built-in","response":{"value":{"text":"Members may borrow up to three tools for seven days. [1]","finish":"stop","usage":{"inputTokens":266,"outputTokens":14,"estimated":true},"cost":{"nanoUsd":0,"known":true,"priceVersion":"built-in"},"model":"extractive-reader","provider":"built-in","ms":21}}}');
INSERT INTO "events" VALUES (1,14,1192739468,'{"seq":14,"at":1796040474900,"type":"step.finished","step":"model","node":"model","attempt":1,"startedAt":1796040474815,"outputs":{"text":{"value":"Members may borrow up to three tools for seven days. [1]"},"answer":{"value":{"text":"Members may borrow up to three tools for seven days. [1]","citations":[{"marker":"1","chunkId":"c16e48bb54b9281f716427df3028d10d","file":"documents/handbook.md","line":11,"start":298,"end":350,"quote":"Members may borrow up to three tools for seven days."}],"abstained":false}},"usage":{"value":{"calls":1,"inputTokens":266,"outputTokens":14,"cachedInputTokens":0,"cacheWriteTokens":0,"reasoningTokens":0,"estimated":true,"nanoUsd":0,"priceKnown":true,"reasks":0,"repairs":0}},"messages":{"value":[{"role":"system","content":"Answer from the numbered context and nothing else. After each statement write the number of its source in square\nbrackets, for example [1]. When the context does not hold the answer, say that you cannot answer from the sources."},{"role":"user","content":"Context:\n[1] documents/handbook.md:9\n## Borrowing tools\n\nMembers may borrow up to three tools for seven days. A tool that is reserved by nobody can be kept for one more week; ask\nat the counter before the first week ends. Power tools need a short introduction, which takes place every Tuesday.\n\n## Lost and damaged tools\n\nReport damage on the day that you notice it. Wear is free of charge. A lost tool is replaced at half its price in the first\nyear and free of charge after that.\n\n[2] documents/handbook.md:1\n# Handbook of the Harbour Workshop\n\nReplace this page by documents of your own: Markdown, text, HTML, PDF, Word, CSV, JSON, mail and source code are read.\n\n## Opening hours\n\nThe workshop is open on weekdays from 8:00 to 17:30. On Saturdays it opens at 9:00 and closes at noon.\n\nQuestion:\nHow long may a tool be borrowed?"},{"role":"assistant","content":"Members may borrow up to three tools for seven days. [1]"}]}},"memo":"b9ab9ce0d043aebeba942876d48eb179a763c48a2cd5dacb2127be1ce632e363","detail":{"model":"extractive-reader","provider":"built-in","finish":"stop","reasks":0,"repairs":0,"citations":1,"abstained":false}}');
INSERT INTO "events" VALUES (1,15,-304481645,'{"seq":15,"at":1796040474903,"type":"step.finished","step":"answer","node":"answer","attempt":1,"startedAt":1796040474900,"outputs":{"value":{"value":{"text":"Members may borrow up to three tools for seven days. [1]","citations":[{"marker":"1","chunkId":"c16e48bb54b9281f716427df3028d10d","file":"documents/handbook.md","line":11,"start":298,"end":350,"quote":"Members may borrow up to three tools for seven days."}],"abstained":false}}},"memo":"5df496e6f09d0546f62e77ea290490f2228af47e37e9e3e76944c6cc66e73650"}');
INSERT INTO "events" VALUES (1,16,917807589,'{"seq":16,"at":1796040474904,"type":"run.finished","outputs":{"answer":{"value":{"text":"Members may borrow up to three tools for seven days. [1]","citations":[{"marker":"1","chunkId":"c16e48bb54b9281f716427df3028d10d","file":"documents/handbook.md","line":11,"start":298,"end":350,"quote":"Members may borrow up to three tools for seven days."}],"abstained":false}}}}');
INSERT INTO "events" VALUES (2,1,-938517097,'{"seq":1,"at":1796040478826,"type":"run.created","workflowId":"wf_approve","workflowName":"Approve a text","workflowHash":"eed25470fcee6c40070f3af42179573839a57b69633c1784084e71ee11c58f5b","snapshot":"c77a51a1691671b69771f7d9b54dd84f4717e7159a19b1cb330152ce396afe3e","inputs":{"text":{"digest":"4b48c507565c8ae156d31a151328d1bac494418445daa89f5a62bab3d600b760","bytes":3602}},"engine":"0.1.0","capture":"full"}');
INSERT INTO "events" VALUES (2,2,1274937472,'{"seq":2,"at":1796040478826,"type":"run.started","owner":"vm:19801","fence":1,"resumed":false}');
INSERT INTO "events" VALUES (2,3,-1815617934,'{"seq":3,"at":1796040478880,"type":"step.finished","step":"text","node":"text","attempt":1,"startedAt":1796040478857,"outputs":{"value":{"digest":"4b48c507565c8ae156d31a151328d1bac494418445daa89f5a62bab3d600b760","bytes":3602}},"memo":"35951e2470c6020c68825075c594ae0b2711c2ab0871738f04e5ecde41b44a84"}');
INSERT INTO "events" VALUES (2,4,-1076655397,'{"seq":4,"at":1796040478881,"type":"step.started","step":"person","node":"person","attempt":1}');
INSERT INTO "events" VALUES (2,5,-473148001,'{"seq":5,"at":1796040478901,"type":"step.waiting","step":"person","wait":"wait_ae92913a646e88b5c22a9759","kind":"review","title":"May this go out?","form":{"type":"object","properties":{"payload":{"title":"Edited payload"}}},"payload":{"digest":"4b48c507565c8ae156d31a151328d1bac494418445daa89f5a62bab3d600b760","bytes":3602},"payloadHash":"4b48c507565c8ae156d31a151328d1bac494418445daa89f5a62bab3d600b760","actions":["approve","edit","reject"]}');
INSERT INTO "events" VALUES (2,6,-1198423251,'{"seq":6,"at":1796040478903,"type":"run.waiting","waits":["wait_ae92913a646e88b5c22a9759"]}');
INSERT INTO "events" VALUES (2,7,-43394855,'{"seq":7,"at":1796040481764,"type":"run.started","owner":"vm:19832","fence":2,"resumed":true}');
INSERT INTO "events" VALUES (2,8,-19361128,'{"seq":8,"at":1796040481855,"type":"step.started","step":"person","node":"person","attempt":1,"cause":"crash"}');
INSERT INTO "events" VALUES (2,9,-1888588854,'{"seq":9,"at":1796040481874,"type":"wait.decided","step":"person","wait":"wait_ae92913a646e88b5c22a9759","decision":{"action":"approve","values":{},"by":"ada","comment":"Fine.","at":1796040481584}}');
INSERT INTO "events" VALUES (2,10,248461218,'{"seq":10,"at":1796040481877,"type":"step.finished","step":"person","node":"person","attempt":1,"startedAt":1796040481833,"outputs":{"approved":{"digest":"4b48c507565c8ae156d31a151328d1bac494418445daa89f5a62bab3d600b760","bytes":3602},"decision":{"value":{"action":"approve","values":{},"by":"ada","comment":"Fine.","at":1796040481584}}},"memo":"2c3d54125491954c2e5f7c80224a72ce50e6ed42879dedaea4b3a248ee1eac1f","detail":{"action":"approve","by":"ada","comment":"Fine."}}');
INSERT INTO "events" VALUES (2,11,79949183,'{"seq":11,"at":1796040481888,"type":"step.finished","step":"approved","node":"approved","attempt":1,"startedAt":1796040481877,"outputs":{"value":{"digest":"4b48c507565c8ae156d31a151328d1bac494418445daa89f5a62bab3d600b760","bytes":3602}},"memo":"aa76c68790fc64b902033d1341767b6a1e23f47f739c96e7c9b53eab0229d4c9"}');
INSERT INTO "events" VALUES (2,12,-498029712,'{"seq":12,"at":1796040481888,"type":"run.finished","outputs":{"approved":{"digest":"4b48c507565c8ae156d31a151328d1bac494418445daa89f5a62bab3d600b760","bytes":3602}}}');
INSERT INTO "events" VALUES (3,1,337167040,'{"seq":1,"at":1796040484132,"type":"run.created","workflowId":"wf_approve","workflowName":"Approve a text","workflowHash":"eed25470fcee6c40070f3af42179573839a57b69633c1784084e71ee11c58f5b","snapshot":"c77a51a1691671b69771f7d9b54dd84f4717e7159a19b1cb330152ce396afe3e","inputs":{"text":{"value":"This one waits for a person."}},"engine":"0.1.0","capture":"full"}');
INSERT INTO "events" VALUES (3,2,-1166758940,'{"seq":2,"at":1796040484132,"type":"run.started","owner":"vm:19844","fence":1,"resumed":false}');
INSERT INTO "events" VALUES (3,3,1026508610,'{"seq":3,"at":1796040484173,"type":"step.finished","step":"text","node":"text","attempt":1,"startedAt":1796040484160,"outputs":{"value":{"value":"This one waits for a person."}},"memo":"73206d0d408e23164438774ce78457f176e123ddb0e6ce241ba41164a6793304"}');
INSERT INTO "events" VALUES (3,4,-858072768,'{"seq":4,"at":1796040484177,"type":"step.started","step":"person","node":"person","attempt":1}');
INSERT INTO "events" VALUES (3,5,379023213,'{"seq":5,"at":1796040484181,"type":"step.waiting","step":"person","wait":"wait_2689b4d11115b0305999a0e8","kind":"review","title":"May this go out?","form":{"type":"object","properties":{"payload":{"title":"Edited payload"}}},"payload":{"value":"This one waits for a person."},"payloadHash":"94388cd6bb3f66ace85f321359952caa0b61251feaff499875f6b7b6f1c7d5dd","actions":["approve","edit","reject"]}');
INSERT INTO "events" VALUES (3,6,135192498,'{"seq":6,"at":1796040484187,"type":"run.waiting","waits":["wait_2689b4d11115b0305999a0e8"]}');
INSERT INTO "events" VALUES (4,1,1091506304,'{"seq":1,"at":1796040486932,"type":"run.created","workflowId":"wf_ask","workflowName":"Ask a provider","workflowHash":"db2bd9f99b19d2c7d006cfe0021887df54371a1c7e7d247cd43dba8a56087f09","snapshot":"b4bd63e121cb71966b5007892d209739ac51ec5305a113589d19e33c81c0d85d","inputs":{"text":{"value":"What does this cost?"}},"engine":"0.1.0","capture":"full","tags":["north"]}');
INSERT INTO "events" VALUES (4,2,-426729057,'{"seq":2,"at":1796040486932,"type":"run.started","owner":"vm:19874","fence":1,"resumed":false}');
INSERT INTO "events" VALUES (4,3,1461223404,'{"seq":3,"at":1796040486969,"type":"step.finished","step":"text","node":"text","attempt":1,"startedAt":1796040486960,"outputs":{"value":{"value":"What does this cost?"}},"memo":"d5c0c66d23cf7eb2a5a653b64c31942bb5a50c76ccbeab26b2232ebbb0c1a256"}');
INSERT INTO "events" VALUES (4,4,-50968762,'{"seq":4,"at":1796040486977,"type":"step.finished","step":"prompt","node":"prompt","attempt":1,"startedAt":1796040486970,"outputs":{"messages":{"value":[{"role":"user","content":"What does this cost?"}]},"text":{"value":"What does this cost?"}},"memo":"d569ee57f339f5e2d42d4b1d591e3b35d080101129dd6ec3b2aefabdbc8de6f8","detail":{"messages":1,"characters":20}}');
INSERT INTO "events" VALUES (4,5,859673361,'{"seq":5,"at":1796040486977,"type":"step.started","step":"model","node":"model","attempt":1}');
INSERT INTO "events" VALUES (4,6,-454494303,'{"seq":6,"at":1796040486990,"type":"call.intended","step":"model","call":0,"kind":"model.generate","digest":"8b82d877c4cf477a3f96f6bf896bf8387e57d01399cec01e4e97d3fb95a39b92","effect":"paid"}');
INSERT INTO "events" VALUES (4,7,-1885261667,'{"seq":7,"at":1796040491609,"type":"call.completed","step":"model","call":0,"kind":"model.generate","digest":"8b82d877c4cf477a3f96f6bf896bf8387e57d01399cec01e4e97d3fb95a39b92","request":{"value":{"profile":"paid","messages":[{"role":"user","content":"What does this cost?"}]}},"startedAt":1796040487002,"usage":{"inputTokens":20,"outputTokens":200,"estimated":false},"cost":{"nanoUsd":3060000,"known":true,"priceVersion":"profile"},"model":"gpt-4o-mini","provider":"openai-compatible","response":{"value":{"text":"FOmFWWEW30AXqtSrouLur9kZNmjAmo8w68n0i9Dazy0=KT+0fFictVN57qDjHuhtweyCUTdDnxIki5PS2QphWzU=cI8vr73lhm83og1v5Fm+hvZDmq9oamXYO8ucLexwo9k=NNMO6lDKL1dw3SG61WGa9WNJWFCNuaN57i777zmPKwI=3RHhrwfL+iPXClQWrFWOEZGb","finish":"stop","usage":{"inputTokens":20,"outputTokens":200,"estimated":false},"model":"gpt-4o-mini","provider":"openai-compatible","ms":761,"firstMs":738,"cost":{"nanoUsd":3060000,"known":true,"priceVersion":"profile"},"tries":[{"profile":"paid","ms":4491,"queuedMs":32,"nanoUsd":3060000}]}}}');
INSERT INTO "events" VALUES (4,8,158730092,'{"seq":8,"at":1796040491624,"type":"step.finished","step":"model","node":"model","attempt":1,"startedAt":1796040486977,"outputs":{"text":{"value":"FOmFWWEW30AXqtSrouLur9kZNmjAmo8w68n0i9Dazy0=KT+0fFictVN57qDjHuhtweyCUTdDnxIki5PS2QphWzU=cI8vr73lhm83og1v5Fm+hvZDmq9oamXYO8ucLexwo9k=NNMO6lDKL1dw3SG61WGa9WNJWFCNuaN57i777zmPKwI=3RHhrwfL+iPXClQWrFWOEZGb"},"answer":{"value":{"text":"FOmFWWEW30AXqtSrouLur9kZNmjAmo8w68n0i9Dazy0=KT+0fFictVN57qDjHuhtweyCUTdDnxIki5PS2QphWzU=cI8vr73lhm83og1v5Fm+hvZDmq9oamXYO8ucLexwo9k=NNMO6lDKL1dw3SG61WGa9WNJWFCNuaN57i777zmPKwI=3RHhrwfL+iPXClQWrFWOEZGb","citations":[],"abstained":false}},"usage":{"value":{"calls":1,"inputTokens":20,"outputTokens":200,"cachedInputTokens":0,"cacheWriteTokens":0,"reasoningTokens":0,"estimated":false,"nanoUsd":3060000,"priceKnown":true,"reasks":0,"repairs":0}},"messages":{"value":[{"role":"user","content":"What does this cost?"},{"role":"assistant","content":"FOmFWWEW30AXqtSrouLur9kZNmjAmo8w68n0i9Dazy0=KT+0fFictVN57qDjHuhtweyCUTdDnxIki5PS2QphWzU=cI8vr73lhm83og1v5Fm+hvZDmq9oamXYO8ucLexwo9k=NNMO6lDKL1dw3SG61WGa9WNJWFCNuaN57i777zmPKwI=3RHhrwfL+iPXClQWrFWOEZGb"}]}},"memo":"830da1107673e4873daf811cf54219c407d687fdc71e02da394cc48ad727b6f6","detail":{"model":"gpt-4o-mini","provider":"openai-compatible","finish":"stop","reasks":0,"repairs":0,"citations":0,"abstained":false}}');
INSERT INTO "events" VALUES (4,9,-42798290,'{"seq":9,"at":1796040491625,"type":"step.finished","step":"answer","node":"answer","attempt":1,"startedAt":1796040491624,"outputs":{"value":{"value":"FOmFWWEW30AXqtSrouLur9kZNmjAmo8w68n0i9Dazy0=KT+0fFictVN57qDjHuhtweyCUTdDnxIki5PS2QphWzU=cI8vr73lhm83og1v5Fm+hvZDmq9oamXYO8ucLexwo9k=NNMO6lDKL1dw3SG61WGa9WNJWFCNuaN57i777zmPKwI=3RHhrwfL+iPXClQWrFWOEZGb"}},"memo":"b6e1892446b9bebfebbc0f7be772589f3944baea2ed8a2c1916b2a7936323b63"}');
INSERT INTO "events" VALUES (4,10,-1399784576,'{"seq":10,"at":1796040491625,"type":"run.finished","outputs":{"answer":{"value":"FOmFWWEW30AXqtSrouLur9kZNmjAmo8w68n0i9Dazy0=KT+0fFictVN57qDjHuhtweyCUTdDnxIki5PS2QphWzU=cI8vr73lhm83og1v5Fm+hvZDmq9oamXYO8ucLexwo9k=NNMO6lDKL1dw3SG61WGa9WNJWFCNuaN57i777zmPKwI=3RHhrwfL+iPXClQWrFWOEZGb"}}}');
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
INSERT INTO "snapshots" VALUES ('c29cf455f40ec02ea7bbded517acf2bd7b9c362691719c939c7eb3d04fa612ee','zstd',680933633,X'28b52ffd60c0092d1d00e6a87323208fdb8077c3cdd175266d65470bb76c23296454e0405b4fbd53c330b0d3041200960b680065006b00ed2b193f8eb8d8c9cea7f3d7246cc8a5bd7dd4de82cc9a6130182ac15e8ddc34e9afb3183c69bff6bd0557969faa4925dd74518651d5f4d1d9b557a5dd180fb518d13651926e0e5c47178598b9537590b0a8b37e238f19e3886306b4cb21ad2c0a196a8dbf482b01903b09d959b333910d88e3910c456e2d389f37a9e0f3b3f6459ae1b7b10266b7e4f5a2c384dfb2f1e46f4fca866c308438df3b596f338e1f5260023403519063c52317c85064dbdb49338d6f76fcfb309db59c8fbfd97cfcbc75b9e97c935251a0f67c0bfeeb9e37aa20d3c4b0a0c02e01e180f2385618307e7a5f01476827046a7a3a3acb1daca99afe39f3d6ca43c2589536607bfbfdb6dcaa6f4dfeb26421dce8592d4a05e37206d972842e2a39d43ccf258869aa549a591c9a790c630234d34c03be77efcae894fc753e290b53b1d3344dd300d48a84823c7e078b3e44fe9c1360c92e779e9d8adca20cb60e4194b946c04040803e1eff6f049b1f977896b0182128702cca170daa2258345ae8f1c41d8bb637f87812a38fbe92d6b42fb7ad11e555717cbf28e3d762053fc9fb49fffc5e6922ea46d1488e453f80d5a8f1213242332222054952c87230828330aa6e1200b32c8e1325428418676464142631b51d45004e8aadf0c963b56ef27ab10cc8dc273966ca906b968044bc93291674a166b2ac64244963f3ce495265eaa90bae3535129906c3b508d8fa6b7ae618a7f2559fb34121835ee6f8c41774543789972fac079ca7a27f73977e83a7d270e796738914cb070933602724ff8b255ca273c52ac49030267e1803219887e355a03760609c20f4bb8ff77a1bc90a6c9524ce662fc7320bac464fad9dbe1f8a7d1f36596167e32df1b8dd23c907a47e043b9db3a12f565d7dcf54191ced713f8a48f157a2e33fa2bb74c30c9d157fd19a1aeea81261543dc2b41038583f8266a058312f5e612f1fc708111581e295bef9f3ecb821c6e367e9a2fccd8547f77068fbe3e8b9a548e8cf924981e7857f354f0deacba17a44d5bbbfc8d3c428969e31b84c2c2243e83436e4cabb41e854e2f27badd9b0647afd21d6406572423c332ab8cfa28d4296078f1206aa2ae3c6dc71ea02251bebbeb87342a58453163a42610e887f307d1d31ab9a2154f561287ee0f7f7fb2ba15b174fa06e0f2479642b608dce1ba66ddc87805fe6820a192a978953712b39c5f30361091eb80280fe1bd618e5bf46bb365fa94703a3d2280a56fe');
INSERT INTO "snapshots" VALUES ('c77a51a1691671b69771f7d9b54dd84f4717e7159a19b1cb330152ce396afe3e','text',-1483062288,X'7b2270726f66696c6573223a7b226c6f63616c2d656d626564646572223a7b226261746368223a36342c226d6f64656c223a2268617368696e672d656d626564646572222c2270726f7669646572223a226275696c742d696e222c2274696d656f757473223a7b7d2c22757365223a22656d62656464696e67227d2c22726561646572223a7b226d6f64656c223a22657874726163746976652d726561646572222c2270726f7669646572223a226275696c742d696e222c2274696d656f757473223a7b7d2c22757365223a2263686174227d7d2c2270726f6d707473223a7b7d2c22776f726b666c6f77223a7b226564676573223a5b7b2266726f6d223a7b226e6f6465223a2274657874222c22706f7274223a2276616c7565227d2c226964223a226531222c22746f223a7b226e6f6465223a22706572736f6e222c22706f7274223a227061796c6f6164227d7d2c7b2266726f6d223a7b226e6f6465223a22706572736f6e222c22706f7274223a22617070726f766564227d2c226964223a226532222c22746f223a7b226e6f6465223a22617070726f766564222c22706f7274223a2276616c7565227d7d5d2c22666f726d6174223a312c226964223a2277665f617070726f7665222c22696e70757473223a7b2274657874223a7b227265717569726564223a747275652c2274797065223a2274657874227d7d2c226e616d65223a22417070726f766520612074657874222c226e6f646573223a5b7b22636f6e666967223a7b226e616d65223a2274657874227d2c226964223a2274657874222c2274797065223a22696e707574222c2276657273696f6e223a317d2c7b22636f6e666967223a7b227469746c65223a224d6179207468697320676f206f75743f227d2c226964223a22706572736f6e222c2274797065223a2268756d616e2d726576696577222c2276657273696f6e223a317d2c7b22636f6e666967223a7b226e616d65223a22617070726f766564227d2c226964223a22617070726f766564222c2274797065223a226f7574707574222c2276657273696f6e223a317d5d2c226f757470757473223a7b22617070726f766564223a7b2274797065223a22616e79227d7d2c227265736f7572636573223a7b7d7d7d');
INSERT INTO "snapshots" VALUES ('b4bd63e121cb71966b5007892d209739ac51ec5305a113589d19e33c81c0d85d','zstd',1004753542,X'28b52ffd60d303cd100026194a23208db60de619dacbfa6fd744025ffe2d1fd604000620f5f4b10c50ab40a84200c202013d0043003f008ca273f40e61faf46ceee8b5db5cda4767aa68a5eef1744e462508c234d230f27495ccaea38081f4c8d2f8e064987cac54285c56fd496fa9b45976fe04ceda45a1c8d2d927a0b4db23477a3b87e9a2afd11848cf764c1138135ab7740fc947e9b8d31963aaeb52757445c27014182801495934168d050180c26024a79b15b205135cbccd11c3e39c34860e006c2d177a6f957c3a8592a7376f43643f3d99656bb9f9b30061f24ffa6455e3c03b71d653a4447b416e88c4e4c6c892eaa18d01ef3d76db92231832b0654f6f6cb5b175615878a0324afe5e22f13c47e5acece6d4b292ce561ba7e408a20ddb052530e1d00e163227a299647d12ba43c386266aa8219a312424529814a4d4012042621065eb0111f0a4948e95c282a6506a3be041b066ada2f8a9aadd30954654528efd64731c412e6efbe182232d76e7c2363cd751391ea4c0ded80450631c4cb4a926f5cd4f003e23ce5a9bcf6d326912ff5fa722d682290a9f78002d148a3bafe7dd23fa81b365fbabc5983fdf440fcc84783c4c70eb6808f023d0bbea295dc51c8b66baa002e8275a14a95b6f74883dcd2f1306b098d33511349bdaa80fe2e692b27958e2feda7d350ff5a7a255ecb68d4ca9925305308ec9cc1166d967949f90a78e1f9fe69cc6b4ba3a2bd5d0579f7d68a05f4976f0c72754713f753935');
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
INSERT INTO "run_summaries" VALUES (1,'wf_answer','Answer from documents','6d9f5ebf1ca9fec132ed1b938d669946ff159f39eab94c5c6aec42b77bc5dd87','c29cf455f40ec02ea7bbded517acf2bd7b9c362691719c939c7eb3d04fa612ee','0.1.0','full',NULL,'succeeded',1796040474579.0,1796040474579.0,1796040474904.0,1,NULL,NULL,8,0,0,0,0,0,2,266,14,0,0,0);
INSERT INTO "run_summaries" VALUES (2,'wf_approve','Approve a text','eed25470fcee6c40070f3af42179573839a57b69633c1784084e71ee11c58f5b','c77a51a1691671b69771f7d9b54dd84f4717e7159a19b1cb330152ce396afe3e','0.1.0','full',NULL,'succeeded',1796040478826.0,1796040478826.0,1796040481888.0,2,NULL,NULL,3,0,0,0,0,0,0,0,0,0,0,0);
INSERT INTO "run_summaries" VALUES (3,'wf_approve','Approve a text','eed25470fcee6c40070f3af42179573839a57b69633c1784084e71ee11c58f5b','c77a51a1691671b69771f7d9b54dd84f4717e7159a19b1cb330152ce396afe3e','0.1.0','full',NULL,'waiting',1796040484132.0,1796040484132.0,NULL,1,NULL,NULL,1,0,0,0,0,0,0,0,0,0,0,1);
INSERT INTO "run_summaries" VALUES (4,'wf_ask','Ask a provider','db2bd9f99b19d2c7d006cfe0021887df54371a1c7e7d247cd43dba8a56087f09','b4bd63e121cb71966b5007892d209739ac51ec5305a113589d19e33c81c0d85d','0.1.0','full',NULL,'succeeded',1796040486932.0,1796040486932.0,1796040491625.0,1,NULL,NULL,4,0,0,0,0,0,1,20,200,3060000,0,0);
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
INSERT INTO "steps" VALUES (1,3,'question','question',1,'succeeded',1796040474603.0,1796040474609.0,3,NULL,NULL,0,0,0,0,NULL,NULL);
INSERT INTO "steps" VALUES (1,4,'documents','documents',1,'succeeded',1796040474599.0,1796040474723.0,6,NULL,NULL,1,0,0,0,NULL,NULL);
INSERT INTO "steps" VALUES (1,7,'chunks','chunks',1,'succeeded',1796040474723.0,1796040474748.0,7,NULL,NULL,0,0,0,0,NULL,NULL);
INSERT INTO "steps" VALUES (1,8,'ranked','ranked',1,'succeeded',1796040474748.0,1796040474790.0,9,NULL,NULL,0,0,0,0,NULL,NULL);
INSERT INTO "steps" VALUES (1,10,'context','context',1,'succeeded',1796040474790.0,1796040474805.0,10,NULL,NULL,0,0,0,0,NULL,NULL);
INSERT INTO "steps" VALUES (1,11,'prompt','prompt',1,'succeeded',1796040474805.0,1796040474814.0,11,NULL,NULL,0,0,0,0,NULL,NULL);
INSERT INTO "steps" VALUES (1,12,'model','model',1,'succeeded',1796040474815.0,1796040474900.0,14,NULL,NULL,1,266,14,0,NULL,NULL);
INSERT INTO "steps" VALUES (1,15,'answer','answer',1,'succeeded',1796040474900.0,1796040474903.0,15,NULL,NULL,0,0,0,0,NULL,NULL);
INSERT INTO "steps" VALUES (2,3,'text','text',1,'succeeded',1796040478857.0,1796040478880.0,3,NULL,NULL,0,0,0,0,NULL,NULL);
INSERT INTO "steps" VALUES (2,4,'person','person',1,'succeeded',1796040481833.0,1796040481877.0,10,NULL,NULL,0,0,0,0,NULL,NULL);
INSERT INTO "steps" VALUES (2,11,'approved','approved',1,'succeeded',1796040481877.0,1796040481888.0,11,NULL,NULL,0,0,0,0,NULL,NULL);
INSERT INTO "steps" VALUES (3,3,'text','text',1,'succeeded',1796040484160.0,1796040484173.0,3,NULL,NULL,0,0,0,0,NULL,NULL);
INSERT INTO "steps" VALUES (3,4,'person','person',1,'waiting',1796040484177.0,NULL,NULL,NULL,NULL,0,0,0,0,NULL,NULL);
INSERT INTO "steps" VALUES (4,3,'text','text',1,'succeeded',1796040486960.0,1796040486969.0,3,NULL,NULL,0,0,0,0,NULL,NULL);
INSERT INTO "steps" VALUES (4,4,'prompt','prompt',1,'succeeded',1796040486970.0,1796040486977.0,4,NULL,NULL,0,0,0,0,NULL,NULL);
INSERT INTO "steps" VALUES (4,5,'model','model',1,'succeeded',1796040486977.0,1796040491624.0,8,NULL,NULL,1,20,200,3060000,NULL,NULL);
INSERT INTO "steps" VALUES (4,9,'answer','answer',1,'succeeded',1796040491624.0,1796040491625.0,9,NULL,NULL,0,0,0,0,NULL,NULL);
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
INSERT INTO "calls" VALUES (1,5,'documents',0,'documents.load',NULL,'completed',1796040474619.0,1796040474723.0,NULL,NULL,0,0,NULL,NULL,NULL);
INSERT INTO "calls" VALUES (1,13,'model',0,'model.generate',NULL,'completed',1796040474830.0,1796040474895.0,'built-in','extractive-reader',266,14,0,NULL,NULL);
INSERT INTO "calls" VALUES (4,6,'model',0,'model.generate','paid','completed',1796040487002.0,1796040491609.0,'openai-compatible','gpt-4o-mini',20,200,3060000,NULL,NULL);
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
  decision TEXT, sealed TEXT, sealed_decision TEXT,
  PRIMARY KEY (rid, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO "waits" VALUES (2,5,'wait_ae92913a646e88b5c22a9759','person','review','decided','May this go out?','{"digest":"4b48c507565c8ae156d31a151328d1bac494418445daa89f5a62bab3d600b760","bytes":3602}','4b48c507565c8ae156d31a151328d1bac494418445daa89f5a62bab3d600b760','["approve","edit","reject"]','{"type":"object","properties":{"payload":{"title":"Edited payload"}}}',NULL,NULL,1796040478901.0,1796040481874.0,'{"action":"approve","values":{},"by":"ada","comment":"Fine.","at":1796040481584}',NULL,NULL);
INSERT INTO "waits" VALUES (3,5,'wait_2689b4d11115b0305999a0e8','person','review','open','May this go out?','{"value":"This one waits for a person."}','94388cd6bb3f66ace85f321359952caa0b61251feaff499875f6b7b6f1c7d5dd','["approve","edit","reject"]','{"type":"object","properties":{"payload":{"title":"Edited payload"}}}',NULL,NULL,1796040484181.0,NULL,NULL,NULL,NULL);
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
CREATE TABLE sessions (
  sid INTEGER PRIMARY KEY,
  space TEXT NOT NULL,
  session TEXT NOT NULL,
  created_at REAL NOT NULL,
  used_at REAL NOT NULL,
  turns INTEGER NOT NULL DEFAULT 0,
  UNIQUE (space, session)
) STRICT;
CREATE TABLE session_texts (
  sid INTEGER NOT NULL,
  turn INTEGER NOT NULL,
  part TEXT NOT NULL CHECK (part IN ('turn', 'summary')),
  run_id TEXT NOT NULL,
  step TEXT NOT NULL,
  at REAL NOT NULL,
  form TEXT NOT NULL CHECK (form IN ('text', 'zstd', 'sealed')),
  checksum INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (sid, part, turn)
) STRICT, WITHOUT ROWID;
CREATE INDEX personal_values_digest ON personal_values (digest);
CREATE INDEX personal_values_file ON personal_values (file) WHERE file IS NOT NULL;
CREATE INDEX value_refs_rid ON value_refs (rid);
CREATE INDEX run_summaries_workflow ON run_summaries (workflow_id, rid);
CREATE INDEX run_summaries_status ON run_summaries (status, rid);
CREATE INDEX steps_memo ON steps (memo, ended_at) WHERE memo IS NOT NULL;
CREATE INDEX waits_wait ON waits (wait);
CREATE INDEX waits_state ON waits (state, opened_at);
CREATE INDEX cache_expires ON cache (expires_at);
CREATE UNIQUE INDEX session_texts_step ON session_texts (sid, run_id, step) WHERE part = 'turn';
