import { suites } from './suites.ts';

suites('postgres');
