#!/usr/bin/env node
'use strict';
const { join } = require('node:path');
const { loadBundle } = require('./load-bundle.js');

loadBundle(join(__dirname, '../dist/infersim.cjs')).main(process.argv.slice(2));
