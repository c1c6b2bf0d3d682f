-- What a ledger of the first version held. Never change it.
INSERT INTO sclera_deliveries VALUES
    ('019b2d7c-8a1e-7c55-b3f0-1f7d2a1e9c44', 'on_postload_ioc_create', 'tagger', 'dead', 'it trapped: unreachable', NULL,
     '{"id":"019b2d7c-8a1e-7c55-b3f0-1f7d2a1e9c44","trigger":"019b2d7c-8a1e-7c55-b3f0-1f7d2a1e9c00","hook":"on_postload_ioc_create","kind":"postload","menu_name":null,"module":"tagger","version":"1.0.0","digest":"00ff","asynchronous":true,"happened_at_ms":1700000000001,"triggered_by":"alice","metadata":{"case_id":42},"causes":[],"about":"ioc:1","payload":null}',
     1700000000001, 1700000000002, 'it trapped: unreachable', 'trap', 7, 3000000, 65536),
    ('019b2d7c-8a1e-7c55-b3f0-1f7d2a1e9c45', 'on_postload_ioc_create', 'tagger', 'waiting', NULL, NULL,
     '{"id":"019b2d7c-8a1e-7c55-b3f0-1f7d2a1e9c45","trigger":"019b2d7c-8a1e-7c55-b3f0-1f7d2a1e9c00","hook":"on_postload_ioc_create","kind":"postload","menu_name":null,"module":"tagger","version":"1.0.0","digest":"00ff","asynchronous":true,"happened_at_ms":1700000000000,"triggered_by":null,"metadata":{},"causes":["019b2d7c-8a1e-7c55-b3f0-1f7d2a1e9c44"],"about":null,"payload":null}',
     1700000000000, 1700000000000, NULL, NULL, NULL, NULL, NULL);
INSERT INTO sclera_attempts VALUES
    ('019b2d7c-8a1e-7c55-b3f0-1f7d2a1e9c46', '019b2d7c-8a1e-7c55-b3f0-1f7d2a1e9c44', 1,
     '{"run":"019b2d7c-8a1e-7c55-b3f0-1f7d2a1e9c46","number":1,"started_at_ms":1700000000001,"version":"1.0.0","digest":"00ff","mode":"enforce","fuel":7,"duration_ns":3000000,"peak_memory":65536,"result":{"Err":{"kind":"trap","reason":"unreachable"}},"actions":"none","logs":[]}');
INSERT INTO sclera_contents VALUES
    ('019b2d7c-8a1e-7c55-b3f0-1f7d2a1e9c44', '019b2d7c-8a1e-7c55-b3f0-1f7d2a1e9c44', 31, '[{"ioc_value": "evil.example"}]');
