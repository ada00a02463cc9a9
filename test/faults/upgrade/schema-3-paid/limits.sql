PRAGMA application_id=1347899988;
CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP);
INSERT INTO "migrations" VALUES (1,'accounts','afd600be8bb4a79b0f540d4dfe61fdd94c7616deb54a9674fdbd7731d851f2bc','2026-11-30 12:08:10');
CREATE TABLE account (name TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "account" VALUES ('openai-compatible http://127.0.0.1:41983 paid -','{"log":[[3592080981,1,20,200]],"sent":[1796040490594],"flights":{},"blockedUntil":0,"learned":{},"foreign":{}}');
